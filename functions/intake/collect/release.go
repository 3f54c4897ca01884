package collect

import (
	"context"

	"redthread.dev/shared/profile"
)

// release frees the profiles that the event cannot find any more, now that identities
// have let go of them: those that were held only because they shared a name with others,
// such as a device that turns out to be everybody's. They are what they will be already.
func (p *plan) release(ctx context.Context) error {
	found := p.found()
	var ids []string
	for _, id := range p.claimants() {
		if was, _ := p.desk.profile(id); was.Unsettled.By == p.sighting.By && !found[id] {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	docs, err := p.env.Store.Get(ctx, profileKeys(ids, false)...)
	if err != nil {
		return err
	}
	var w writes
	for _, doc := range docs {
		is, err := profile.Read(doc)
		w.fail(err)
		if is.Unsettled.By == p.sighting.By {
			is.Unsettled = profile.Claim{}
			w.add(profile.Write(is, doc.Version))
		}
	}
	if w.err != nil {
		return w.err
	}
	return p.inParts(ctx, w.list)
}

// found are the profiles that the event's names lead to once identities are what they
// will be: the way that gather goes, over the answer in place of the store.
func (p *plan) found() map[string]bool {
	c := &closure{names: map[string]bool{}, ids: map[string]bool{}}
	c.hear(p.named...)
	c.meet(p.home, p.sighting.Pin)
	for len(c.newNames)+len(c.newIDs) > 0 {
		names, ids := c.newNames, c.newIDs
		c.newNames, c.newIDs = nil, nil
		for _, name := range names {
			i := p.identity(name)
			c.meet(append(i.Held, i.Profile)...)
		}
		for _, id := range ids {
			c.meet(p.now(id))
			for old, into := range p.into {
				if into == id {
					c.meet(old)
				}
			}
			for _, r := range p.of[id] {
				c.hear(r.sighting.Names()...)
				c.meet(r.sighting.Pin)
			}
		}
	}
	return c.ids
}
