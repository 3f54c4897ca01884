package imports

import (
	"slices"
	"time"
)

func knowsSnowplow(head []byte) bool {
	return hasColumns(head, "event_id", "derived_tstamp", "domain_sessionid", "domain_userid")
}

// snowplow reads atomic events of Snowplow's e-commerce tracking. Trackers send late
// and out of order, and a basket is made of its changes in the order in which they
// happened: so the file is read whole, and said in the order of derived_tstamp.
type snowplow struct {
	columns  snowplowColumns
	contexts *contexts
	clock    clock
	seen     map[string]bool
	hits     []*hit
	baskets  *baskets
	sold     map[string]string // session and product: the order it was in last
}

type snowplowColumns struct {
	id, at, platform, session, cookie, user, url, title, referrer column
	medium, source, term, content, campaign                       column
}

func openSnowplow(in *input, o *Options) (importer, error) {
	t := newTable(in)
	c, err := readColumns(t)
	if err != nil {
		return nil, err
	}
	f := &snowplow{
		seen: map[string]bool{}, sold: map[string]string{}, baskets: newBaskets(o.Idle),
		clock: clock{zone: time.UTC, layouts: []string{time.DateTime, "2006-01-02 15:04:05Z07:00", time.RFC3339}},
		columns: snowplowColumns{
			id: c.need("event_id"), at: c.need("derived_tstamp"), platform: c.may("platform"),
			session: c.need("domain_sessionid"), cookie: c.need("domain_userid"), user: c.may("user_id"),
			url: c.may("page_url"), title: c.may("page_title"), referrer: c.may("page_referrer"),
			medium: c.may("mkt_medium"), source: c.may("mkt_source"), term: c.may("mkt_term"),
			content: c.may("mkt_content"), campaign: c.may("mkt_campaign"),
		},
	}
	if err := c.complete(); err != nil {
		return nil, err
	}
	f.contexts, err = readContexts(c, o.Contexts)
	return &csv{t, f, c.count}, err
}

func (f *snowplow) row(r *row, _ *out) {
	h := f.read(r)
	switch {
	case r.err != nil:
	case f.seen[h.id]:
		r.refuse(f.columns.id, h.id, "an event id that was not there before", Repeated)
	default:
		f.seen[h.id] = true
		f.hits = append(f.hits, h)
	}
}

func (f *snowplow) end(to *out) {
	slices.SortStableFunc(f.hits, func(a, b *hit) int { return a.at.Compare(b.at) })
	for _, h := range f.hits {
		if to.stopped {
			return
		}
		f.say(h, to)
	}
}
