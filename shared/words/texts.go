package words

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/template"
	"text/template/parse"

	"gopkg.in/yaml.v3"
)

// Texts are the sentences of one flow in every locale, by dotted key.
type Texts struct {
	voices   map[string]Voice
	fallback string
}

// Voice is the texts in one locale.
type Voice struct {
	locale string
	texts  map[string]*template.Template

	phrases map[string]phrase // the texts, as far as they are plain
}

// Load reads a words.yaml: for each of da, sv and en a tree of texts, whose leaves are Go
// text/template with the functions money, date, day, clock and plural. It is strict: the three
// locales have the same keys, a text uses the same placeholders in all of them, none is empty, and every one parses. The
// error lists all that is wrong, each with locale and key.
func Load(file []byte) (Texts, error) {
	var tree map[string]yaml.Node
	if err := yaml.Unmarshal(file, &tree); err != nil {
		return Texts{}, fmt.Errorf("words.yaml: %w", err)
	}
	t := Texts{voices: map[string]Voice{}, fallback: Locales[0]}
	var errs []error
	for locale := range tree {
		if !slices.Contains(Locales, locale) {
			errs = append(errs, fmt.Errorf("words.yaml: unknown locale %q, want %s", locale, strings.Join(Locales, ", ")))
		}
	}
	for _, locale := range Locales {
		node, ok := tree[locale]
		if !ok {
			errs = append(errs, fmt.Errorf("words.yaml: locale %s is missing", locale))
			continue
		}
		v := Voice{locale: locale, texts: map[string]*template.Template{}, phrases: map[string]phrase{}}
		errs = append(errs, v.read("", &node))
		t.voices[locale] = v
	}
	if err := errors.Join(errs...); err != nil {
		return Texts{}, err
	}
	return t, t.sameEverywhere()
}

// read puts the leaves below a node into the voice; prefix is the dotted key so far.
func (v Voice) read(prefix string, node *yaml.Node) error {
	switch {
	case node.Kind == yaml.MappingNode:
		var errs []error
		for i := 0; i+1 < len(node.Content); i += 2 {
			key := strings.TrimPrefix(prefix+"."+node.Content[i].Value, ".")
			errs = append(errs, v.read(key, node.Content[i+1]))
		}
		return errors.Join(errs...)
	case node.Kind != yaml.ScalarNode || strings.TrimSpace(node.Value) == "":
		return fmt.Errorf("words.yaml: %s: %s (line %d): want a text or a tree of texts", v.locale, cmp.Or(prefix, "(top)"), node.Line)
	case v.texts[prefix] != nil:
		return fmt.Errorf("words.yaml: %s: %s (line %d): is there twice", v.locale, prefix, node.Line)
	}
	parsed, err := template.New(prefix).Funcs(spoken(v.locale)).Option("missingkey=error").Parse(strings.TrimSpace(node.Value))
	if err != nil {
		return fmt.Errorf("words.yaml: %s: %s (line %d): %w", v.locale, prefix, node.Line, err)
	}
	v.texts[prefix] = parsed
	if p := phraseOf(parsed, v.locale); p != nil {
		v.phrases[prefix] = p
	}
	return nil
}

// sameEverywhere holds the locales against each other.
func (t Texts) sameEverywhere() error {
	var errs []error
	for _, here := range Locales {
		told := map[string]bool{} // once per key, though two other locales may have it
		for _, there := range Locales {
			for _, key := range t.voices[there].Keys() {
				if err := compare(key, t.voices[here], t.voices[there]); err != nil && !told[key] {
					told[key] = true
					errs = append(errs, err)
				}
			}
		}
	}
	return errors.Join(errs...)
}

func compare(key string, here, there Voice) error {
	if here.texts[key] == nil {
		return fmt.Errorf("words.yaml: %s: %s is missing (%s has it)", here.locale, key, there.locale)
	}
	used := placeholders(here.texts[key])
	for _, name := range placeholders(there.texts[key]) {
		if !slices.Contains(used, name) {
			return fmt.Errorf("words.yaml: %s: %s does not use {{%s}} (%s does)", here.locale, key, name, there.locale)
		}
	}
	return nil
}

// WithFallback gives the same texts, but with the locale to use for customers whose language the
// suite does not speak: the brand's. Without it that is Danish.
func (t Texts) WithFallback(locale string) Texts {
	t.fallback = locale
	return t
}

// In gives the texts in the locale nearest to a customer's BCP 47 tag, see Locale.
func (t Texts) In(tag string) Voice { return t.voices[Locale(tag, t.fallback)] }

// Locale is the language of this voice, one of Locales.
func (v Voice) Locale() string { return v.locale }

// Keys lists the dotted keys of the voice, sorted.
func (v Voice) Keys() []string {
	keys := make([]string, 0, len(v.texts))
	for k := range v.texts {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// Say fills the text of a key with data, a struct or a map[string]any. It is plain text; the
// channel escapes it. The error names locale and key: an unknown key, or data that lacks a placeholder.
func (v Voice) Say(key string, data any) (string, error) {
	text, ok := v.texts[key]
	if !ok {
		return "", fmt.Errorf("say %q in %q: no such text, there are: %s", key, v.locale, strings.Join(v.Keys(), ", "))
	}
	if same, ok := constant(text); ok {
		return same, nil
	}
	if named, ok := data.(map[string]any); ok && v.phrases[key] != nil {
		if said, ok := v.phrases[key].say(make([]byte, 0, 256), named); ok {
			return string(said), nil
		}
	}
	var out bytes.Buffer
	if err := text.Execute(&out, data); err != nil {
		return "", fmt.Errorf("say %q in %q: %w", key, v.locale, err)
	}
	return out.String(), nil
}

// constant is what a text without placeholders always says, as most buttons and labels do.
func constant(text *template.Template) (same string, ok bool) {
	if nodes := text.Root.Nodes; len(nodes) == 1 && nodes[0].Type() == parse.NodeText {
		return string(nodes[0].(*parse.TextNode).Text), true
	}
	return "", false
}

// With gives a speech: several texts filled from the same data, with the error looked at once.
func (v Voice) With(data any) *Speech { return &Speech{voice: v, data: data} }

// Speech fills texts until one fails.
type Speech struct {
	voice Voice
	data  any
	err   error
}

// Say fills the text of a key, or gives "" once a text has failed; see Err.
func (s *Speech) Say(key string) string {
	if s.err != nil {
		return ""
	}
	var text string
	text, s.err = s.voice.Say(key, s.data)
	return text
}

// Locale returns the one that it speaks in.
func (s *Speech) Locale() string { return s.voice.locale }

// Err is the first error of Say, nil when all texts were filled.
func (s *Speech) Err() error { return s.err }
