package flow

import (
	"maps"

	"github.com/goccy/go-json"

	"redthread.dev/events"
	"redthread.dev/shared/thread"
)

// learn adds what was learnt to what is known. It returns false when nothing is new.
func learn(s *thread.State, learnt map[string]any) (news bool, err error) {
	known := maps.Clone(s.Known)
	for name, what := range learnt {
		if _, ok := known[name]; ok {
			continue
		}
		text, err := json.Marshal(what)
		if err != nil {
			return false, err
		}
		if known == nil {
			known = map[string]json.RawMessage{}
		}
		known[name], news = text, true
	}
	s.Known = known
	return news, nil
}

// tell keeps what the decision answers with, so that it answers with the same again.
func tell(what events.Data, out *Output) error {
	text, err := json.Marshal(what)
	if err != nil {
		return err
	}
	out.Entry.Told, out.Changed = &thread.Told{Type: what.Type(), Data: text}, true
	return nil
}

// told is what a flow tells everybody, as the thread remembers it.
type told struct{ thread.Told }

func (w told) Type() string                 { return w.Told.Type }
func (w told) MarshalJSON() ([]byte, error) { return w.Data, nil }
