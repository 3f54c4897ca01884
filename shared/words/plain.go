package words

import (
	"strings"
	"unicode/utf8"
)

// lineWidth leaves room for the quote marks of a reply within 80 columns (RFC 5322 §2.1.1 wants
// at most 78).
const lineWidth = 72

// blanks are as many as the deepest indent.
const blanks = "    "

// plain is the page for those who read text: the same words, in the same order.
func (p *page) plain() string {
	var t sheet
	t.Grow(2 << 10)
	if p.Heading != "" {
		t.put("", p.Heading)
		t.raw(strings.Repeat("=", min(utf8.RuneCountInString(p.Heading), lineWidth)))
		t.gap()
	}
	for _, b := range p.Blocks {
		t.block(b)
		t.gap()
	}
	t.rule()
	t.gap()
	if p.Asks {
		t.put("", p.Questions)
		for _, line := range []string{p.Contact.Email, p.Contact.Phone, p.Contact.URL} {
			t.raw(line)
		}
		t.gap()
	}
	t.put("", p.Why)
	for _, l := range p.Links {
		t.raw(l.Label + ": " + l.URL)
	}
	t.gap()
	for _, s := range p.Social {
		t.raw(s.Name + ": " + s.URL)
	}
	t.gap()
	t.put("", p.Brand+" – "+p.ShopURL)
	t.put("", p.Address)
	return t.String()
}

// sheet is a growing text of wrapped lines.
type sheet struct{ strings.Builder }

func (t *sheet) block(b part) {
	switch {
	case b.Lines != nil:
		for _, line := range b.Lines {
			if line == "" {
				t.gap()
			}
			t.put("", line)
		}
	case b.Items != nil:
		t.items(b.Items)
		t.put("", b.More)
	case b.Button != nil:
		t.put("", b.Button.Label+":")
		t.raw(b.Button.URL)
	case b.Code != nil:
		t.raw("    " + b.Code.Value)
	case b.Facts != nil:
		for _, f := range b.Facts {
			t.put("  ", f.Label+": "+f.Lines[0])
			for _, line := range f.Lines[1:] {
				t.put("    ", line)
			}
		}
	default:
		t.rule()
	}
}

func (t *sheet) items(items []Item) {
	for _, item := range items {
		t.put("* ", item.Title)
		for _, line := range []string{item.Detail, item.Price} {
			t.put("  ", line)
		}
		if item.URL != "" {
			t.raw("  " + item.URL)
		}
	}
}

// put writes words behind an indent, wrapped, with the following lines indented as far; nothing
// for an empty text. Only breaking spaces count, so an amount stays in one piece.
func (t *sheet) put(indent, text string) {
	width := 0
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ' ' || r == '\t' || r == '\n' }) {
		size := utf8.RuneCountInString(word)
		switch {
		case width == 0:
			t.WriteString(indent)
			width = len(indent)
		case width+1+size > lineWidth:
			t.WriteString("\n" + blanks[:len(indent)])
			width = len(indent)
		default:
			t.WriteByte(' ')
			width++
		}
		t.WriteString(word)
		width += size
	}
	if width > 0 {
		t.WriteByte('\n')
	}
}

func (t *sheet) raw(line string) {
	if line != "" {
		t.WriteString(line)
		t.WriteByte('\n')
	}
}

func (t *sheet) rule() { t.raw(strings.Repeat("-", 32)) }

// gap writes one empty line, however often it is asked for.
func (t *sheet) gap() {
	if s := t.String(); s != "" && !strings.HasSuffix(s, "\n\n") {
		t.WriteString("\n")
	}
}
