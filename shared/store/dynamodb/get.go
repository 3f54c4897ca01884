package dynamodb

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"redthread.dev/shared/store"
)

// batch is how many keys DynamoDB takes in one BatchGetItem.
const batch = 100

// Get implements store.Store: one GetItem, or a BatchGetItem for each hundred keys.
func (t *tables) Get(ctx context.Context, keys ...store.Key) ([]store.Document, error) {
	if err := store.CheckKeys(keys...); err != nil {
		return nil, fmt.Errorf("get: %w", err)
	}
	leave, err := t.gate.Enter(ctx)
	if err != nil {
		return nil, fmt.Errorf("get: %w", err)
	}
	defer leave()
	items, err := t.items(ctx, keys)
	if err != nil {
		return nil, fmt.Errorf("get %w", err)
	}
	now, found := t.now(), make([]store.Document, len(keys))
	for i, k := range keys {
		if found[i], err = t.document(k, items[k], now); err != nil {
			return nil, fmt.Errorf("get %w", err)
		}
	}
	return found, nil
}

// items reads what is stored under the keys, strongly consistent.
func (t *tables) items(ctx context.Context, keys []store.Key) (map[store.Key]item, error) {
	found := make(map[store.Key]item, len(keys))
	collections := make([]string, len(keys))
	for i, k := range keys {
		collections[i] = k.Collection
	}
	err := t.withTables(ctx, collections, func() error {
		if len(keys) == 1 {
			return t.one(ctx, keys[0], found)
		}
		for rest := keys; len(rest) > 0; rest = rest[min(batch, len(rest)):] {
			if err := t.several(ctx, rest[:min(batch, len(rest))], found); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		return found, nil
	}
	if len(keys) == 1 {
		return nil, fmt.Errorf("%s: %w", keys[0], t.fault(ctx, err))
	}
	return nil, fmt.Errorf("%s and %d more: %w", keys[0], len(keys)-1, t.fault(ctx, err))
}

func (t *tables) one(ctx context.Context, k store.Key, found map[store.Key]item) error {
	table := t.table(k.Collection)
	out, err := t.client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &table, Key: keyOf(k.ID), ConsistentRead: aws.Bool(true), ReturnConsumedCapacity: asked(ctx),
	})
	if err != nil {
		return err
	}
	found[k] = out.Item
	t.used(ctx, "GetItem", consumed(out.ConsumedCapacity), map[string][]int{table: {sizeOf(out.Item)}})
	return nil
}

// several reads keys in one call, and in further ones what DynamoDB left unread for lack
// of room or capacity.
func (t *tables) several(ctx context.Context, keys []store.Key, found map[store.Key]item) error {
	wanted := map[string]types.KeysAndAttributes{}
	seen := make(map[store.Key]bool, len(keys))
	for _, k := range keys {
		if !seen[k] { // DynamoDB refuses to read one twice
			seen[k] = true
			w := wanted[t.table(k.Collection)]
			w.ConsistentRead, w.Keys = aws.Bool(true), append(w.Keys, keyOf(k.ID))
			wanted[t.table(k.Collection)] = w
		}
	}
	for idle := 0; len(wanted) > 0; {
		out, err := t.client.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: wanted, ReturnConsumedCapacity: asked(ctx)})
		if err != nil {
			return err
		}
		sizes, came := map[string][]int{}, false
		for table, items := range out.Responses {
			for _, i := range items {
				found[store.Key{Collection: t.collection(table), ID: str(i["id"])}] = i
				sizes[table], came = append(sizes[table], sizeOf(i)), true
			}
		}
		t.used(ctx, "BatchGetItem", out.ConsumedCapacity, sizes)
		if wanted = out.UnprocessedKeys; len(wanted) == 0 {
			break
		}
		if idle++; came {
			idle = 0 // there were more than the 16 MB of one answer
		}
		if idle == attempts {
			return fmt.Errorf("throttled by DynamoDB: nothing read in %d tries", attempts)
		}
		if err := store.Pause(ctx, idle*2); err != nil {
			return err
		}
	}
	return nil
}

// document makes a document of an item that was read, and remembers its version.
func (t *tables) document(k store.Key, i item, now time.Time) (store.Document, error) {
	d, err := documentOf(k, i, now)
	t.versions.seen(integer(i["version"]))
	return d, err
}
