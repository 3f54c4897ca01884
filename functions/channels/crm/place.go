package crm

import (
	"context"
	"encoding/json"
	"fmt"

	"redthread.dev/shared/channel/outbox"
	"redthread.dev/shared/channel/webhook"
	"redthread.dev/shared/function"
)

// place is where something is told under an id: a webhook, a folder, or nowhere.
type place struct {
	provider string
	tell     func(ctx context.Context, id string, what any) error
	close    func() error
}

// Close drops idle connections.
func (p *place) Close() error { return p.close() }

// find opens the place that NAME_URL and NAME_SECRET lead to. Without, it is a folder where
// leads are files; else nothing is taken, and why is what each action fails for: it is better
// to hear of it than to think that somebody knows.
func (s settings) find(name, url, secret, folder, why string) (place, error) {
	switch {
	case url != "":
		c, err := webhook.Named(name, webhook.Settings{URL: url, Secret: secret})
		if err != nil {
			return place{}, err
		}
		return place{"webhook", c.Post, c.Close}, nil
	case s.Token != "" || s.URL != "":
		refuse := func(context.Context, string, any) error {
			return function.Neverf("%s_URL is not set, and %s", name, why)
		}
		return place{"none", refuse, nothing}, nil
	}
	f, err := outbox.Open(s.Outbox + "/" + folder)
	if err != nil {
		return place{}, err
	}
	return place{"file", func(_ context.Context, id string, what any) error { return put(f, id, what) }, nothing}, nil
}

func nothing() error { return nil }

func put(f outbox.Folder, id string, what any) error {
	text, err := json.MarshalIndent(what, "", "  ")
	if err != nil {
		return fmt.Errorf("%q: %w", id, err)
	}
	return f.Put(id+".json", append(text, '\n'))
}
