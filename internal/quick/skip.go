package quick

// skip passes over a value of any shape, which must be right, and returns its text.
func (r *reader) skip() (string, bool) {
	from := r.at
	ok := r.pass()
	return r.text[from:r.at], ok
}

func (r *reader) pass() bool {
	switch c := r.peek(); c {
	case '"':
		_, ok := r.string()
		return ok
	case '{', '[':
		r.at++
		if r.depth++; r.depth > deepest {
			return false
		}
		ok := r.passAll(c + 2) // in ASCII, brackets close two after they open
		r.depth--
		return ok
	case 't':
		return r.word("true")
	case 'f':
		return r.word("false")
	case 'n':
		return r.word("null")
	}
	_, _, ok := r.number()
	return ok
}

func (r *reader) passAll(end byte) bool {
	for first := true; ; first = false {
		over, ok := r.more(end, first)
		if over || !ok {
			return ok
		}
		if end == '}' {
			if _, ok := r.key(); !ok {
				return false
			}
		}
		if !r.pass() {
			return false
		}
	}
}

// number passes over a number, after the grammar of RFC 8259 section 6, and tells
// whether it is a whole one that is written out.
func (r *reader) number() (text string, whole, ok bool) {
	from := r.at
	r.take('-')
	switch {
	case r.take('0'):
	case r.digits() == 0:
		return "", false, false
	}
	whole = true
	if r.take('.') {
		if whole = false; r.digits() == 0 {
			return "", false, false
		}
	}
	if r.take('e') || r.take('E') {
		if !r.take('+') {
			r.take('-')
		}
		if whole = false; r.digits() == 0 {
			return "", false, false
		}
	}
	return r.text[from:r.at], whole, true
}

func (r *reader) digits() int {
	from := r.at
	for r.at < len(r.text) && r.text[r.at]-'0' <= 9 {
		r.at++
	}
	return r.at - from
}
