package imports

import (
	"errors"
	"fmt"
	"io"
	"strconv"
)

// rows is what a csv format does with its rows, one after the other.
type rows interface {
	// row takes a row. What is wrong with it is left in r.err.
	row(r *row, to *out)
	// end says what was held back.
	end(to *out)
}

// csv reads a table for a format.
type csv struct {
	table *table
	rows  rows
	cells int // in every row
}

func (c *csv) run(to *out) error {
	for !to.stopped {
		err := c.table.read()
		var unreadable *errRow
		switch {
		case errors.As(err, &unreadable):
			to.taken()
			to.refuse(&RowError{Line: c.table.line, Value: unreadable.value, Want: unreadable.want, Reason: BadRow})
			continue
		case errors.Is(err, io.EOF):
			c.rows.end(to)
			return nil
		case err != nil:
			return fmt.Errorf("read line %d: %w", c.table.next, err)
		}
		c.take(to)
	}
	return nil
}

func (c *csv) take(to *out) {
	to.taken()
	r := &row{line: c.table.line, cells: c.table.cells}
	if len(r.cells) != c.cells {
		to.refuse(&RowError{Line: r.line, Value: strconv.Itoa(len(r.cells)) + " cells",
			Want: strconv.Itoa(c.cells) + ", as in the first line", Reason: BadRow})
		return
	}
	c.rows.row(r, to)
	if r.err != nil {
		to.refuse(r.err)
	}
}
