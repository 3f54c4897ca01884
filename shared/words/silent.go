package words

// Silent gives texts that say nothing, as quickly as can be: for those who only want
// to know whether something would be said. A key that is not there is still an error.
func (t Texts) Silent() Texts {
	voices := make(map[string]Voice, len(t.voices))
	for locale, v := range t.voices {
		v.silent = true
		voices[locale] = v
	}
	t.voices = voices
	return t
}
