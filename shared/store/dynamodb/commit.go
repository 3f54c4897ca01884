package dynamodb

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"redthread.dev/shared/store"
)

// tries is how often a commit is made anew that another transaction was in the way of.
const tries = 10

// put is a write as it is sent; without an item it deletes.
type put struct {
	store.Write
	version int64 // it is to have
	item    item
	size    int // of the item, 0 for none
	condition
}

// puts are the writes of one call.
type puts []put

// Commit implements store.Store. One document is one conditional PutItem or DeleteItem;
// only several are a transaction, which costs twice as much: what may go ahead of the
// others does, each by itself.
//
// An attempt whose answer was lost is made again by the SDK. It may then meet its own
// effect, and is a success when it does: a document at the very version this commit gave
// it, or none where it deleted one. (So of two who delete the same version, both may
// succeed when one's answer was lost.) Transactions carry a ClientRequestToken, by which
// DynamoDB itself answers the second attempt as the first for ten minutes.
func (t *tables) Commit(ctx context.Context, writes ...store.Write) error {
	if err := store.CheckWrites(writes...); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	leave, err := t.gate.Enter(ctx)
	if err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	defer leave()
	var steps []puts // all made before the first is sent, as one may be too large
	for _, step := range store.Steps(writes) {
		all, err := t.prepared(step)
		if err != nil {
			return fmt.Errorf("commit %w", err)
		}
		steps = append(steps, all)
	}
	for _, step := range steps {
		if err := t.carryOut(ctx, step); err != nil {
			return fmt.Errorf("commit %w", err)
		}
	}
	return nil
}

// carryOut makes a step, again for as long as it has lost no race.
func (t *tables) carryOut(ctx context.Context, all puts) error {
	for try := 0; ; try++ {
		again, err := t.attempt(ctx, all)
		if err == nil || !again || try == tries {
			return err
		}
		if err := store.Pause(ctx, try); err != nil {
			return fmt.Errorf("%s: %w", all.naming(), err)
		}
		t.renew(all)
	}
}

// attempt makes the step once, and says of an error whether the next may do better.
func (t *tables) attempt(ctx context.Context, all puts) (again bool, err error) {
	collections := make([]string, len(all))
	for i, p := range all {
		collections[i] = p.Key.Collection
	}
	ctx, doubt := doubting(ctx)
	err = t.withTables(ctx, collections, func() error {
		if len(all) > 1 {
			return t.transact(ctx, all)
		}
		return t.single(ctx, all[0])
	})
	if err == nil {
		return false, nil
	}
	if refusals := refused(err, len(all)); refusals != nil {
		return t.judge(all, refusals, doubt.lost)
	}
	return false, fmt.Errorf("%s: %w", all.naming(), t.fault(ctx, err))
}

func (t *tables) prepared(writes []store.Write) (puts, error) {
	all := make(puts, len(writes))
	for i, w := range writes {
		all[i] = put{Write: w}
		if w.Data != nil {
			var err error
			if all[i].item, err = itemOf(w); err != nil {
				return nil, err
			}
		}
	}
	t.renew(all)
	return all, all.check()
}

// renew gives the documents new versions, above all that were seen.
func (t *tables) renew(all puts) {
	now := t.now()
	for i := range all {
		p := &all[i]
		p.version = t.versions.next(time.Now(), rand.Int64())
		if p.item != nil {
			p.item["version"] = whole(p.version)
			p.size = sizeOf(p.item)
		}
		p.condition = conditionOf(p.Write, p.version, now)
	}
}

func (t *tables) single(ctx context.Context, p put) error {
	table, c := t.table(p.Key.Collection), p.condition
	if p.item == nil {
		out, err := t.client.DeleteItem(ctx, &dynamodb.DeleteItemInput{
			TableName: &table, Key: keyOf(p.Key.ID), ReturnConsumedCapacity: asked(ctx),
			ConditionExpression: c.expression, ExpressionAttributeNames: c.names, ExpressionAttributeValues: c.values,
			ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		})
		if err == nil {
			t.used(ctx, "DeleteItem", consumed(out.ConsumedCapacity), puts{p}.sizes(t))
		}
		return err
	}
	out, err := t.client.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: &table, Item: p.item, ReturnConsumedCapacity: asked(ctx),
		ConditionExpression: c.expression, ExpressionAttributeNames: c.names, ExpressionAttributeValues: c.values,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	if err == nil {
		t.used(ctx, "PutItem", consumed(out.ConsumedCapacity), puts{p}.sizes(t))
	}
	return err
}

func (t *tables) transact(ctx context.Context, all puts) error {
	items := make([]types.TransactWriteItem, len(all))
	for i, p := range all {
		items[i] = t.part(p)
	}
	// The SDK gives it a token (ClientRequestToken) that its attempts share.
	out, err := t.client.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: items, ReturnConsumedCapacity: asked(ctx)})
	if err == nil {
		t.used(ctx, "TransactWriteItems", out.ConsumedCapacity, all.sizes(t))
	}
	return err
}

// part is a write as one of a transaction.
func (t *tables) part(p put) types.TransactWriteItem {
	table, c, old := t.table(p.Key.Collection), p.condition, types.ReturnValuesOnConditionCheckFailureAllOld
	if p.item == nil {
		return types.TransactWriteItem{Delete: &types.Delete{
			TableName: &table, Key: keyOf(p.Key.ID), ReturnValuesOnConditionCheckFailure: old,
			ConditionExpression: c.expression, ExpressionAttributeNames: c.names, ExpressionAttributeValues: c.values,
		}}
	}
	return types.TransactWriteItem{Put: &types.Put{
		TableName: &table, Item: p.item, ReturnValuesOnConditionCheckFailure: old,
		ConditionExpression: c.expression, ExpressionAttributeNames: c.names, ExpressionAttributeValues: c.values,
	}}
}

// naming says which documents a step is about.
func (all puts) naming() string {
	if len(all) == 1 {
		return all[0].Key.String()
	}
	return fmt.Sprintf("%s and %d more", all[0].Key, len(all)-1)
}
