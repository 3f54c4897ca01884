package sqlite

import "fmt"

// table is a collection as one connection sees it: its statements, prepared when
// first needed.
type table struct {
	c        *conn
	name     string
	prepared [kinds]*statement
}

// kind is what a statement does.
type kind int

const (
	check  kind = iota // find a document's version and what it has in indexes
	read               // find a whole document
	insert             // add one
	update             // replace what is in no index
	move               // replace all
	remove
	sweep // remove some that have expired
	scan  // read the next ones of all
	page  // read the next ones of a partition; and its variants:
)

const (
	downward kind = 1 << iota // in descending order
	below                     // under an upper bound
	onward                    // after a document already read
	kinds    = page + 8
)

// window is how many slots, from the hash of an ID on, may hold its document.
const window = 16

var sqlOf = [page]string{
	check:  `SELECT k, id, v, expires, part, sort FROM "%s" WHERE k BETWEEN ?1 AND ?1 + 15`,
	read:   `SELECT k, id, v, expires, part, sort, data FROM "%s" WHERE k BETWEEN ?1 AND ?1 + 15`,
	insert: `INSERT INTO "%s"(k, v, data, expires, part, sort, id) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)`,
	update: `UPDATE "%s" SET v = ?2, data = ?3 WHERE k = ?1`,
	move:   `UPDATE "%s" SET v = ?2, data = ?3, expires = ?4, part = ?5, sort = ?6 WHERE k = ?1`,
	remove: `DELETE FROM "%s" WHERE k = ?1`,
	sweep:  `DELETE FROM "%[1]s" WHERE k IN (SELECT k FROM "%[1]s" WHERE expires > 0 AND expires <= ?1 LIMIT +?2)`,
	scan:   `SELECT k, id, v, expires, part, sort, data FROM "%s" NOT INDEXED WHERE k > ?1 AND k <= ?4 AND (expires = 0 OR expires > ?2) ORDER BY k LIMIT +?3`,
}

// schemaOf makes a collection. The key is a hash, as one tree with an integer key
// takes twice the commits of one with a text key (DESIGN §13). Documents without a
// partition or an expiry cost their index nothing.
var schemaOf = [...]string{
	`CREATE TABLE IF NOT EXISTS "%s"(
		k INTEGER PRIMARY KEY,    -- slot: a hash of id
		id TEXT NOT NULL,
		v INTEGER NOT NULL,       -- version
		expires INTEGER NOT NULL, -- milliseconds since 1970; 0: never
		part TEXT NOT NULL,       -- index entry; empty: none
		sort TEXT NOT NULL,
		data TEXT NOT NULL        -- JSON
	)`,
	`CREATE INDEX IF NOT EXISTS "%[1]s_sorted" ON "%[1]s"(part, sort, id) WHERE part <> ''`,
	`CREATE INDEX IF NOT EXISTS "%[1]s_expiring" ON "%[1]s"(expires) WHERE expires > 0`,
}

// sql is the text of a statement on the named table.
func (k kind) sql(name string) string {
	if k < page {
		return fmt.Sprintf(sqlOf[k], name)
	}
	k -= page
	bounds, order := "", "sort, id"
	switch {
	case k&downward == 0 && k&onward != 0:
		bounds = " AND (sort, id) > (?4, ?5)"
	default:
		bounds = " AND sort >= ?4"
	}
	switch {
	case k&downward != 0 && k&onward != 0:
		bounds += " AND (sort, id) < (?6, ?5)"
	case k&below != 0:
		bounds += " AND sort < ?6"
	}
	if k&downward != 0 {
		order = "sort DESC, id DESC"
	}
	return fmt.Sprintf(`SELECT k, id, v, expires, part, sort, data FROM "%s"
		WHERE part = ?1 AND part <> '' AND (expires = 0 OR expires > ?2)%s ORDER BY %s LIMIT +?3`, name, bounds, order)
}

// statement returns the table's statement of that kind, ready to bind.
func (t *table) statement(k kind) (*statement, error) {
	if s := t.prepared[k]; s != nil {
		return s, nil
	}
	s, err := t.c.prepare(k.sql(t.name))
	if err != nil {
		return nil, err
	}
	t.prepared[k] = s
	return s, nil
}

func (t *table) close() {
	for _, s := range t.prepared {
		s.close()
	}
}

// table returns the named collection, nil when nobody has written to it yet.
func (c *conn) table(name string) (*table, error) {
	if t := c.tables[name]; t != nil {
		return t, nil
	}
	n, err := c.number(`SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = '` + name + `'`)
	if err != nil || n == 0 {
		return nil, err
	}
	t := &table{c: c, name: name}
	c.tables[name] = t
	return t, nil
}

// forget drops what is known of a collection that was not made after all.
func (c *conn) forget(name string) {
	if t := c.tables[name]; t != nil {
		t.close()
		delete(c.tables, name)
	}
}
