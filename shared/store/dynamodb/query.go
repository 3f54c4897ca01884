package dynamodb

import (
	"context"
	"iter"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"redthread.dev/shared/store"
)

// The first page is small, as many callers want only its documents.
const (
	firstPage = 32
	nextPages = batch
)

// Query implements store.Store.
func (t *tables) Query(ctx context.Context, q store.Query) iter.Seq2[store.Document, error] {
	return store.Merged(q, func(q store.Query) store.Walk {
		w := walk{Query: q, size: firstPage}
		return func(most int) ([]store.Document, bool, error) {
			found, err := t.page(ctx, &w, most)
			return found, !w.over, err
		}
	})
}

// walk is a query under way.
type walk struct {
	store.Query
	size  int     // of the next page
	start item    // where it begins; nil: at the start
	held  []entry // read, and waiting for what may come before them
	over  bool
}

// entry is one of the index.
type entry struct{ place, id string }

// page reads the next documents.
func (t *tables) page(ctx context.Context, w *walk, most int) (found []store.Document, err error) {
	leave, err := t.gate.Enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	want := min(w.size, most)
	w.size = nextPages
	if w.Partition == "" {
		return t.scan(ctx, w, want)
	}
	return t.window(ctx, w, want)
}

// scan reads a page of the whole collection.
func (t *tables) scan(ctx context.Context, w *walk, want int) (found []store.Document, err error) {
	table, limit := t.table(w.Collection), aws.Int32(int32(want))
	if w.Limit == 0 && w.start != nil {
		limit = nil // the most DynamoDB gives at once, 1 MB, to who wants more than the first
	}
	var out *dynamodb.ScanOutput
	err = t.withTables(ctx, []string{w.Collection}, func() (err error) {
		out, err = t.client.Scan(ctx, &dynamodb.ScanInput{
			TableName: &table, ConsistentRead: aws.Bool(true), Limit: limit,
			ExclusiveStartKey: w.start, ReturnConsumedCapacity: asked(ctx),
		})
		return err
	})
	if err != nil {
		return nil, t.fault(ctx, err)
	}
	t.used(ctx, "Scan", consumed(out.ConsumedCapacity), sizesOf(table, out.Items))
	w.start, w.over = out.LastEvaluatedKey, len(out.LastEvaluatedKey) == 0
	now := t.now()
	for _, i := range out.Items {
		d, err := t.document(store.Key{Collection: w.Collection, ID: str(i["id"])}, i, now)
		if err != nil {
			return nil, err
		}
		if d.Exists() {
			found = append(found, d)
		}
	}
	return found, nil
}

// window reads a page of the partition: entries of the index, then their documents.
func (t *tables) window(ctx context.Context, w *walk, want int) (found []store.Document, err error) {
	entries, err := t.entries(ctx, w, want)
	if err != nil || len(entries) == 0 {
		return nil, err
	}
	keys := make([]store.Key, len(entries))
	for i, e := range entries {
		keys[i] = store.Key{Collection: w.Collection, ID: e.id}
	}
	items, err := t.items(ctx, keys)
	if err != nil {
		return nil, err
	}
	now := t.now()
	for i, e := range entries {
		d, err := t.document(keys[i], items[keys[i]], now)
		if err != nil {
			return nil, err
		}
		// It may have gone or moved since the index was brought up to date.
		if d.Exists() && d.Entry.Partition == w.Partition && place(d.Entry.Sort, e.id) == e.place {
			found = append(found, d)
		}
	}
	slices.SortFunc(found, w.order) // which matters where places were cut
	return found, nil
}

func (w *walk) order(a, b store.Document) int {
	if w.Descending {
		a, b = b, a
	}
	return strings.Compare(a.Entry.Sort+"\x00"+a.Key.ID, b.Entry.Sort+"\x00"+b.Key.ID)
}

// entries reads the next of the index. Those whose cut places are equal stay together: the
// last ones are held back until all have come.
func (t *tables) entries(ctx context.Context, w *walk, want int) ([]entry, error) {
	condition, values, empty := w.bounds()
	if empty {
		w.over = true
		return nil, nil
	}
	table := t.table(w.Collection)
	var out *dynamodb.QueryOutput
	err := t.withTables(ctx, []string{w.Collection}, func() (err error) {
		out, err = t.client.Query(ctx, &dynamodb.QueryInput{
			TableName: &table, IndexName: aws.String(sorted), Limit: aws.Int32(int32(want)),
			KeyConditionExpression: &condition, ExpressionAttributeValues: values,
			ExpressionAttributeNames: names(condition), ScanIndexForward: aws.Bool(!w.Descending),
			ExclusiveStartKey: w.start, ReturnConsumedCapacity: asked(ctx),
		})
		return err
	})
	if err != nil {
		return nil, t.fault(ctx, err)
	}
	t.used(ctx, "Query", consumed(out.ConsumedCapacity), sizesOf(table, out.Items))
	w.start, w.over = out.LastEvaluatedKey, len(out.LastEvaluatedKey) == 0
	all := w.held
	for _, i := range out.Items {
		all = append(all, entry{str(i["place"]), str(i["id"])})
	}
	whole := len(all)
	for !w.over && whole > 0 && cut(all[whole-1].place) && all[whole-1].place == all[len(all)-1].place {
		whole--
	}
	w.held = slices.Clone(all[whole:])
	return all[:whole], nil
}

// bounds returns the query's condition; a place is never just a bound, as it has a NUL.
func (w *walk) bounds() (condition string, values item, empty bool) {
	condition, values = "#part = :part", item{":part": text(w.Partition)}
	if w.From != "" {
		values[":from"] = text(w.From)
	}
	if w.To != "" {
		values[":to"] = text(w.To)
	}
	switch {
	case w.From != "" && w.To != "":
		return condition + " AND #place BETWEEN :from AND :to", values, w.From >= w.To
	case w.From != "":
		return condition + " AND #place >= :from", values, false
	case w.To != "":
		return condition + " AND #place < :to", values, false
	}
	return condition, values, false
}

func names(condition string) map[string]string {
	n := map[string]string{"#part": "part"}
	if strings.Contains(condition, "#place") {
		n["#place"] = "place"
	}
	return n
}

func sizesOf(table string, items []item) map[string][]int {
	s := make([]int, len(items))
	for i := range items {
		s[i] = sizeOf(items[i])
	}
	return map[string][]int{table: s}
}
