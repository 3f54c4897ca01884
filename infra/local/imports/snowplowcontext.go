package imports

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
)

// kind is what a context tells of.
type kind int

const (
	ofAction kind = iota
	ofUser
	ofProduct
	ofCart
	ofTransaction
	ofRefund
	ofSession
	kinds
)

// contextNames are what columns, after contexts_ or unstruct_event_, and tables begin
// with; the rest is the version.
var contextNames = [kinds][]string{
	ofAction: {"com_snowplowanalytics_snowplow_ecommerce_snowplow_ecommerce_action_1",
		"com_snowplowanalytics_snowplow_ecommerce_action_1"},
	ofUser:        {"com_snowplowanalytics_snowplow_ecommerce_user_1"},
	ofProduct:     {"com_snowplowanalytics_snowplow_ecommerce_product_1"},
	ofCart:        {"com_snowplowanalytics_snowplow_ecommerce_cart_1"},
	ofTransaction: {"com_snowplowanalytics_snowplow_ecommerce_transaction_1"},
	ofRefund:      {"com_snowplowanalytics_snowplow_ecommerce_refund_1"},
	ofSession:     {"com_snowplowanalytics_snowplow_client_session_1"},
}

// context is what one context says: plain names to texts; what is null is not there.
type context map[string]string

// contexts are those of all events: in the events' own columns, as BigQuery and
// Snowflake keep them, or in tables beside them, as Redshift does.
type contexts struct {
	columns [kinds][]column
	tables  [kinds]map[string][]context // by event id
}

func readContexts(c *columns, dir fs.FS) (*contexts, error) {
	all := &contexts{}
	for k, names := range contextNames {
		for _, name := range names {
			all.columns[k] = append(all.columns[k], c.starting("contexts_"+name)...)
			all.columns[k] = append(all.columns[k], c.starting("unstruct_event_"+name)...)
		}
		if len(all.columns[k]) > 0 || dir == nil {
			continue
		}
		for _, name := range names {
			if err := all.readTable(kind(k), dir, name); err != nil {
				return nil, fmt.Errorf("table %s: %w", name, err)
			}
		}
	}
	return all, nil
}

func (all *contexts) readTable(k kind, dir fs.FS, name string) error {
	file, err := openTable(dir, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer file.Close() //nolint:errcheck // it was only read
	in, err := newInput(file)
	if err != nil {
		return err
	}
	t := newTable(in)
	c, err := readColumns(t)
	if err != nil {
		return err
	}
	root := c.need("root_id")
	if err := c.complete(); err != nil {
		return err
	}
	all.tables[k] = map[string][]context{}
	for {
		if err := t.read(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("line %d: %w", t.line, err)
		}
		if len(t.cells) != c.count {
			return fmt.Errorf("line %d: %d cells, expected %d", t.line, len(t.cells), c.count)
		}
		one := context{}
		for i, name := range c.found {
			one.set(name, string(t.cells[i]))
		}
		id := string(t.cells[root.index])
		all.tables[k][id] = append(all.tables[k][id], one)
	}
}

func (c context) set(name, value string) {
	if value = clean([]byte(value)); value != "" {
		c[plainName(name)] = value
	}
}

// of returns the contexts of a kind that an event has.
func (all *contexts) of(r *row, id string, k kind) []context {
	for _, column := range all.columns[k] {
		if found := parseContexts(r, column); len(found) > 0 {
			return found
		}
	}
	return all.tables[k][id]
}

// one returns the only context of a kind that an event has; nil: it has none.
func (all *contexts) one(r *row, id string, k kind) context {
	if found := all.of(r, id, k); len(found) > 0 {
		return found[0]
	}
	return nil
}

// parseContexts reads a cell with an object or a list of objects.
func parseContexts(r *row, c column) (found []context) {
	cell := bytes.TrimSpace(r.bytes(c))
	if len(cell) == 0 || string(cell) == "[]" {
		return nil
	}
	if cell[0] != '[' {
		cell = append(append([]byte{'['}, cell...), ']')
	}
	var objects []map[string]any
	decoder := json.NewDecoder(bytes.NewReader(cell))
	decoder.UseNumber()
	if err := decoder.Decode(&objects); err != nil {
		r.refuse(c, string(cell), "a JSON object or a list of them", BadCell)
		return nil
	}
	for _, object := range objects {
		one := context{}
		for name, value := range object {
			if value != nil {
				one.set(name, fmt.Sprint(value))
			}
		}
		if len(one) > 0 {
			found = append(found, one)
		}
	}
	return found
}

// is tells whether a context says that something is so.
func (c context) is(name string) bool { return strings.EqualFold(c[name], "true") }
