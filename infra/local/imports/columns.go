package imports

import (
	"bytes"
	"fmt"
	"strings"
)

// column is where in a row something stands; -1: nowhere in this file.
type column struct {
	index int
	name  string // as the file has it
}

// columns are a file's columns by their names, small and capital letters, blanks and
// underscores aside.
type columns struct {
	byName  map[string]column
	count   int
	missing []string
	found   []string
}

// readColumns reads the first row.
func readColumns(t *table) (*columns, error) {
	if err := t.read(); err != nil {
		if t.atEnd() && t.start == t.end {
			return nil, errEmpty
		}
		return nil, fmt.Errorf("read the first line: %w", err)
	}
	c := &columns{byName: map[string]column{}, count: len(t.cells)}
	for i, cell := range t.cells {
		name := string(bytes.TrimSpace(cell))
		if _, twice := c.byName[plainName(name)]; !twice {
			c.byName[plainName(name)] = column{i, name}
		}
		c.found = append(c.found, name)
	}
	return c, nil
}

var notInNames = strings.NewReplacer(" ", "", "_", "")

func plainName(name string) string { return notInNames.Replace(strings.ToLower(name)) }

// need finds a column under one of its names; without it the file cannot be read.
func (c *columns) need(names ...string) column {
	found := c.may(names...)
	if found.index < 0 {
		c.missing = append(c.missing, names[0])
	}
	return found
}

// may finds a column that a file need not have.
func (c *columns) may(names ...string) column {
	for _, name := range names {
		if found, ok := c.byName[plainName(name)]; ok {
			return found
		}
	}
	return column{-1, names[0]}
}

// starting finds the columns whose names begin so, in the order of the file.
func (c *columns) starting(prefix string) (all []column) {
	for _, name := range c.found {
		if strings.HasPrefix(name, prefix) {
			all = append(all, c.byName[plainName(name)])
		}
	}
	return all
}

// complete tells which of the needed columns the file has not.
func (c *columns) complete() error {
	if len(c.missing) == 0 {
		return nil
	}
	return fmt.Errorf("the first line has no column %s; it has: %s",
		strings.Join(c.missing, ", "), excerptOf(c.found))
}

func excerptOf(names []string) string {
	const most = 20
	if len(names) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return strings.Join(names, ", ")
}

// hasColumns tells whether the first line of head names all of these columns.
func hasColumns(head []byte, names ...string) bool {
	line, _, _ := bytes.Cut(head, []byte("\n"))
	have := map[string]bool{}
	for name := range strings.SplitSeq(string(line), ",") {
		have[plainName(strings.Trim(name, "\" \r"))] = true
	}
	for _, name := range names {
		if !have[plainName(name)] {
			return false
		}
	}
	return true
}
