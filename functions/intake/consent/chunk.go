package consent

import (
	"bytes"
	"encoding/json"
	"fmt"

	"redthread.dev/shared/store"
)

// fill is how large a chunk is made, in bytes, unless one item alone is larger.
const fill = 256 << 10

// chunk is a document with some items of one part of an export.
type chunk struct {
	part string
	text bytes.Buffer
}

func (c *chunk) empty() bool { return c.text.Len() == 0 }

// takes tells whether there is room for an item.
func (c *chunk) takes(part string, item []byte) bool {
	return c.empty() || c.part == part && c.text.Len()+len(item) < fill
}

func (c *chunk) add(part string, item []byte) {
	if c.empty() {
		c.part = part
		fmt.Fprintf(&c.text, `{"part":%q,"items":[`, part)
	} else {
		c.text.WriteByte(',')
	}
	c.text.Write(item)
}

// close returns the document and empties the chunk.
func (c *chunk) close() []byte {
	c.text.WriteString("]}")
	data := bytes.Clone(c.text.Bytes())
	c.text.Reset()
	return data
}

// page is a chunk as it is read.
type page struct {
	Part  string            `json:"part"`
	Items []json.RawMessage `json:"items"`
}

func readPage(d store.Document) (page, error) {
	var p page
	if err := json.Unmarshal(d.Data, &p); err != nil {
		return p, fmt.Errorf("decode export %q: %w", d.Key.ID, err)
	}
	return p, nil
}
