package imports

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Limits of a cell that goes into an event, below those of the events themselves: 500
// lines with a code and a name each still fit into one.
const (
	maxText   = 4096              // bytes of a text
	maxCode   = 100               // bytes of a product's or a customer's code
	maxName   = 150               // bytes of a product's name; what is longer is cut
	maxAmount = 1_000_000_000_000 // minor units
	maxPieces = 1_000_000
)

// row is one row of a table, to be read cell by cell. The first cell that is not as it
// should be is kept in err, and what is read after it is of no use.
type row struct {
	line  int
	cells [][]byte
	err   *RowError
}

func (r *row) refuse(c column, value, want string, why Reason) {
	if r.err == nil {
		r.err = &RowError{Line: r.line, Column: c.name, Value: excerpt(value), Want: want, Reason: why}
	}
}

func (r *row) bytes(c column) []byte {
	if c.index < 0 {
		return nil
	}
	return r.cells[c.index]
}

// text reads a cell that may be empty, without the blanks around it.
func (r *row) text(c column) string { return r.textOf(c, maxText) }

func (r *row) textOf(c column, most int) string {
	text := clean(bytes.TrimSpace(r.bytes(c)))
	if len(text) > most {
		r.refuse(c, text, fmt.Sprintf("at most %d bytes", most), BadCell)
	}
	return text
}

// code reads a cell that names something: it is not empty, and short.
func (r *row) code(c column) string {
	text := r.textOf(c, maxCode)
	if text == "" {
		r.refuse(c, "", "not empty", Missing)
	}
	return text
}

// label reads a product's name or the like, and cuts what is too long.
func (r *row) label(c column) string { return clip(clean(bytes.TrimSpace(r.bytes(c)))) }

// cut reads a text that says something by its beginning, and cuts what is too long.
func (r *row) cut(c column) string { return cutTo(clean(bytes.TrimSpace(r.bytes(c))), maxText) }

func clip(text string) string { return cutTo(text, maxName) }

func cutTo(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most]
}

// quantity reads a whole number of pieces, with or without a sign.
func (r *row) quantity(c column) int {
	text := r.text(c)
	n, err := strconv.Atoi(text)
	if err != nil || n > maxPieces || n < -maxPieces {
		r.refuse(c, text, "a whole number within ±1,000,000", BadCell)
		return 0
	}
	return n
}

// price reads an amount in whole units as minor units, exactly; it is not negative.
func (r *row) price(c column, digits int) int64 {
	amount, ok := minor(bytes.TrimSpace(r.bytes(c)), digits)
	if !ok || amount < 0 {
		r.refuse(c, string(r.bytes(c)), fmt.Sprintf("a price of 0 to 10^12 minor units with at most %d decimals, as 12.50", digits), BadCell)
	}
	return amount
}

// minor reads a decimal number as a whole number of 10^-digits, exactly: a number with
// more decimals that are not 0 is none.
func minor(text []byte, digits int) (amount int64, ok bool) {
	number, negative := bytes.CutPrefix(text, []byte("-"))
	whole, decimals, _ := bytes.Cut(number, []byte("."))
	if len(whole) == 0 || len(whole) > 13 {
		return 0, false
	}
	for len(decimals) > digits && decimals[len(decimals)-1] == '0' {
		decimals = decimals[:len(decimals)-1]
	}
	if len(decimals) > digits {
		return 0, false
	}
	for _, part := range [][]byte{whole, decimals} {
		for _, d := range part {
			if d < '0' || d > '9' {
				return 0, false
			}
			amount = amount*10 + int64(d-'0')
		}
	}
	for range digits - len(decimals) {
		amount *= 10
	}
	if amount > maxAmount {
		return 0, false
	}
	if negative {
		amount = -amount
	}
	return amount, true
}

// clean makes a text of bytes: what is not UTF-8 is taken for Latin 1, which old
// exports are in, and control characters, which events may not hold, become blanks.
func clean(raw []byte) string {
	plain := true
	for _, b := range raw {
		plain = plain && ' ' <= b && b < 0x7f
	}
	if plain {
		return string(raw)
	}
	text := string(raw)
	if !utf8.Valid(raw) {
		runes := make([]rune, len(raw))
		for i, b := range raw {
			runes[i] = rune(b)
		}
		text = string(runes)
	}
	return strings.TrimSpace(strings.Map(func(c rune) rune {
		if c < ' ' || 0x7f <= c && c <= 0x9f {
			return ' '
		}
		return c
	}, text))
}

// clock reads times, and remembers the last one: neighbours often are of one second.
type clock struct {
	zone    *time.Location // of times that do not tell theirs
	layouts []string
	text    string
	at      time.Time
}

func (k *clock) read(r *row, c column) time.Time {
	raw := bytes.TrimSpace(r.bytes(c))
	if k.text != "" && string(raw) == k.text {
		return k.at
	}
	text := string(raw)
	for _, layout := range k.layouts {
		at, err := time.ParseInLocation(layout, strings.TrimSuffix(text, " UTC"), k.zone)
		if err == nil && at.Year() >= 2000 && at.Year() <= 9998 {
			k.text, k.at = text, at.UTC()
			return k.at
		}
	}
	r.refuse(c, text, "a time from 2000 on, as "+k.layouts[0], BadCell)
	return time.Time{}
}
