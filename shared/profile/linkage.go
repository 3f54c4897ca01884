package profile

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// Limits keep bad data from linking a whole shop into one customer.
type Limits struct {
	Strong  int // values of one strong type that a customer may have
	Company int // strong identifiers that a weak one may be seen with before it names nobody
}

// DefaultLimits are five values of each strong type, as one person may well have,
// and forty strong identifiers (at least eight people's) on one device.
var DefaultLimits = Limits{Strong: keepStrong, Company: 40}

// Party is a profile as linking sees it.
type Party struct {
	Created time.Time
	Strong  map[string]bool // its strong names
	Into    string          // the party it was merged into
}

// Linkage is who is who: the state that sightings are applied to, one after the
// other in the order of time.
type Linkage struct {
	Limits  Limits
	Links   map[string]*Identity
	Parties map[string]*Party
}

// NewLinkage returns the state in which nobody is known.
func NewLinkage(limits Limits) *Linkage {
	return &Linkage{Limits: limits, Links: map[string]*Identity{}, Parties: map[string]*Party{}}
}

// Outcome is what a sighting came to.
type Outcome struct {
	Profile string   // whose it is; empty: nobody's
	Merged  []string // profiles that it made part of Profile
	Refused []string // names that were not taken for the customer's
}

// Apply says whose a sighting is and changes the linkage accordingly.
//
// Strong names unite all profiles that have them, the oldest staying; one that
// would give a customer too many values of its type is refused. The anonymous
// profiles of the weak names join them, and the weak names of other known customers
// change hands. Without a strong name, a sighting belongs to the pinned profile if
// that one is known, else to the known customer who logged in last by one of its
// names; all anonymous profiles join that one, and known ones are left alone.
func (l *Linkage) Apply(s Sighting) Outcome {
	crossed := l.keepCompany(s)
	var o Outcome
	var target string
	names := slices.DeleteFunc(slices.Clone(s.Weak), func(name string) bool {
		public := l.Public(name, s.At)
		if public {
			o.Refused = append(o.Refused, name)
		}
		return public
	})
	if len(s.Strong) > 0 {
		target = l.unite(s, &o)
	} else {
		target = l.choose(s.Pin, names)
	}
	for _, anonymous := range l.anonymous(s.Pin, names) {
		target = l.merge(target, anonymous, &o)
	}
	if target == "" {
		if len(s.Strong) == 0 && len(names) == 0 {
			return Outcome{Refused: o.Refused}
		}
		target = s.Self
		l.Parties[target] = &Party{Created: s.At, Strong: map[string]bool{}}
	}
	target = l.Find(target)
	l.claim(s, target, names, &o)
	for _, name := range crossed {
		l.hold(name, target)
	}
	l.Parties[target].Created = earliest(l.Parties[target].Created, s.At)
	o.Profile = target
	o.Merged = slices.DeleteFunc(o.Merged, func(id string) bool { return id == target })
	return o
}

// Find returns the party that id is part of now.
func (l *Linkage) Find(id string) string {
	for l.Parties[id] != nil && l.Parties[id].Into != "" {
		id = l.Parties[id].Into
	}
	return id
}

// Owner returns the profile that a name belongs to; empty: none.
func (l *Linkage) Owner(name string) string {
	link := l.Links[name]
	if link == nil || link.Profile == "" {
		return ""
	}
	return l.Find(link.Profile)
}

// Known tells whether a profile has a strong name.
func (l *Linkage) Known(id string) bool {
	p := l.Parties[id]
	return p != nil && len(p.Strong) > 0
}

// unite makes one of all who have the sighting's strong names.
func (l *Linkage) unite(s Sighting, o *Outcome) string {
	var target string
	for _, name := range s.Strong {
		owner := l.Owner(name)
		switch {
		case owner == "":
		case target == "" || owner == target:
			target = owner
		case l.fits(l.Parties[target].Strong, l.Parties[owner].Strong):
			target = l.merge(target, owner, o)
		default:
			o.Refused = append(o.Refused, name)
		}
	}
	return target
}

// choose picks whose a sighting without strong names is.
func (l *Linkage) choose(pin string, names []string) string {
	if pin = l.Find(pin); l.Known(pin) {
		return pin
	}
	var best string
	var login int64 = -1
	for _, name := range names { // sorted: among equals the first
		if owner := l.Owner(name); l.Known(owner) && l.Links[name].Login > login {
			best, login = owner, l.Links[name].Login
		}
	}
	return best
}

// anonymous returns the anonymous profiles that a sighting touches.
func (l *Linkage) anonymous(pin string, names []string) []string {
	var all []string
	touch := func(id string) {
		if l.Parties[id] != nil && !l.Known(id) && !slices.Contains(all, id) {
			all = append(all, id)
		}
	}
	touch(l.Find(pin))
	for _, name := range names {
		touch(l.Owner(name))
	}
	return all
}

// merge makes one profile of two; the known one stays, or the older one.
func (l *Linkage) merge(a, b string, o *Outcome) string {
	if a == "" || a == b {
		return b
	}
	if l.prefer(b, a) < 0 {
		a, b = b, a
	}
	maps.Copy(l.Parties[a].Strong, l.Parties[b].Strong)
	l.Parties[a].Created = earliest(l.Parties[a].Created, l.Parties[b].Created)
	l.Parties[b].Into = a
	o.Merged = append(o.Merged, b)
	return a
}

// prefer is negative when a's id stays if the two become one.
func (l *Linkage) prefer(a, b string) int {
	if known := l.Known(a); known != l.Known(b) {
		if known {
			return -1
		}
		return 1
	}
	return cmp.Or(l.Parties[a].Created.Compare(l.Parties[b].Created), cmp.Compare(a, b))
}

// claim gives the sighting's names to the target, as far as they are to be had.
func (l *Linkage) claim(s Sighting, target string, weak []string, o *Outcome) {
	for _, name := range s.Strong {
		switch owner := l.Owner(name); {
		case owner == target:
		case owner == "" && l.fits(l.Parties[target].Strong, map[string]bool{name: true}):
			l.link(name).Profile = target
			l.Parties[target].Strong[name] = true
		default:
			if !slices.Contains(o.Refused, name) {
				o.Refused = append(o.Refused, name)
			}
			l.hold(name, target)
		}
	}
	for _, name := range weak {
		owner := l.Owner(name)
		if owner != "" && owner != target && len(s.Strong) == 0 {
			l.hold(name, target)
			continue
		}
		link := l.link(name)
		if owner != "" && owner != target {
			l.hold(name, owner)
		}
		link.Profile = target
		if len(s.Strong) > 0 {
			link.Login = max(link.Login, s.hour())
		}
	}
}

func (l *Linkage) link(name string) *Identity {
	if l.Links[name] == nil {
		l.Links[name] = &Identity{}
	}
	return l.Links[name]
}

// maxHeld bounds the holders that are remembered of a name. Nothing that a shop
// sees comes near it: a name that so many log in with names nobody (see public).
const maxHeld = 200

// hold notes that a profile has events with a name that is not, or no longer, its own.
func (l *Linkage) hold(name, profile string) {
	link := l.link(name)
	if len(link.Held) < maxHeld && !slices.ContainsFunc(link.Held, func(id string) bool { return l.Find(id) == profile }) {
		link.Held = append(link.Held, profile)
	}
}

// fits tells whether a customer may have the strong names of both.
func (l *Linkage) fits(a, b map[string]bool) bool {
	for _, idType := range trust {
		count := 0
		for name := range a {
			if TypeOf(name) == idType {
				count++
			}
		}
		for name := range b {
			if TypeOf(name) == idType && !a[name] {
				count++
			}
		}
		if count > l.Limits.Strong {
			return false
		}
	}
	return true
}

// keepCompany notes which strong names the weak ones are seen with, and from when
// on they are too many; it returns those for which that is now.
func (l *Linkage) keepCompany(s Sighting) (crossed []string) {
	for _, weak := range s.Weak {
		for _, strong := range s.company() {
			link := l.link(weak)
			if !link.Public.IsZero() || slices.Contains(link.Company, strong) {
				continue
			}
			if link.Company = append(link.Company, strong); len(link.Company) > l.Limits.Company {
				link.Public, link.Company = s.At, nil
				crossed = append(crossed, weak)
			}
		}
	}
	return crossed
}

// Public tells whether a weak name names nobody at a time, because it had been seen
// with too many strong ones: a tablet on the counter, a till.
func (l *Linkage) Public(name string, at time.Time) bool {
	link := l.Links[name]
	return link != nil && !link.Public.IsZero() && !at.Before(link.Public)
}
