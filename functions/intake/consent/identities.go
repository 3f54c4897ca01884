package consent

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"redthread.dev/events"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
)

// identity is the document of a name that a customer goes by.
type identity struct {
	profile.Identity
	store.Document
	name string // empty: known by its key only
	mine bool   // it is the customer's, not only known to them
}

// readIdentities reads the documents of all names that have to do with the customer.
func (c *clerk) readIdentities(ctx context.Context, h *holdings, also []string) error {
	var keys []store.Key
	names := h.called()
	for _, name := range names {
		keys = append(keys, c.rules.IdentityKey(name))
	}
	for _, id := range also {
		if key := (store.Key{Collection: profile.Identities, ID: id}); !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	docs, err := c.get(ctx, keys)
	if err != nil {
		return fmt.Errorf("read identities: %w", err)
	}
	for n, d := range docs {
		i, err := profile.ReadIdentity(d)
		if err != nil {
			return function.Never(err)
		}
		if !d.Exists() {
			continue
		}
		found := identity{Identity: i, Document: d, mine: slices.Contains(h.ids, i.Profile)}
		if n < len(names) {
			found.name = names[n]
		}
		h.identities = append(h.identities, found)
	}
	// The most trusted come first: in the last commit of an erasure there is room for
	// some ninety.
	slices.SortStableFunc(h.identities, func(a, b identity) int {
		return cmp.Compare(rank(a), rank(b))
	})
	return nil
}

func rank(i identity) int {
	if events.Strong(profile.TypeOf(i.Key.ID)) {
		return 0
	}
	return 1
}

// without is the write that takes the customer out of a name's document; it is gone
// when it says nothing of anybody else. It returns false when they are not in it.
func (i identity) without(ids, company []string) (store.Write, bool, error) {
	left := i.Identity
	left.Held = slices.DeleteFunc(slices.Clone(left.Held), func(id string) bool { return slices.Contains(ids, id) })
	left.Company = slices.DeleteFunc(slices.Clone(left.Company), func(hash string) bool { return slices.Contains(company, hash) })
	if !i.mine && len(left.Held) == len(i.Held) && len(left.Company) == len(i.Company) {
		return store.Write{}, false, nil
	}
	if i.mine {
		left.Profile, left.Login = "", 0
	}
	if left.Profile == "" && len(left.Held) == 0 && left.Public.IsZero() {
		return store.Write{Key: i.Key, Version: i.Version}, true, nil
	}
	w, err := profile.WriteIdentity(i.Key, left, i.Version)
	return w, true, err
}
