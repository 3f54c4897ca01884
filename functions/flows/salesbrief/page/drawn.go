package page

import (
	"cmp"
	"slices"

	"redthread.dev/shared/brief"
	"redthread.dev/shared/profile"
)

// Drawn are the products that a customer is drawn to, the one looked at most first.
type Drawn []drawn

type drawn struct {
	profile.View // the latest
	times        int
}

// DrawnTo are those of some looks, newest first; no more than fit on the page.
func DrawnTo(looks []profile.View) (all Drawn) {
	for _, v := range looks {
		if i := slices.IndexFunc(all, func(d drawn) bool { return d.SKU == v.SKU }); i >= 0 {
			all[i].times++
		} else {
			all = append(all, drawn{v, 1})
		}
	}
	slices.SortStableFunc(all, func(a, b drawn) int { return b.times - a.times })
	return all[:min(named, len(all))]
}

// Names are those of the products.
func (ds Drawn) Names() (all []string) {
	for _, d := range ds {
		all = append(all, brief.Clip(d.name(), brief.Wide))
	}
	return all
}

// Subjects are the products and their categories, for an interest in them is inferred.
func (ds Drawn) Subjects() (all []string) {
	for _, d := range ds {
		all = append(all, d.SKU, d.Category)
	}
	return all
}

func (d drawn) name() string { return cmp.Or(d.Name, d.SKU) }
