// Package linked knows which drivers are part of the program. A driver is a package that
// makes itself known when it is linked, under the scheme of the URLs that it opens; where
// a program runs decides which are, by importing them for their side effect.
package linked

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// ErrMissing says that no driver of the address's scheme is part of the program.
var ErrMissing = errors.New("no driver")

// Drivers are those of one kind, such as stores. Open is the function by which each
// opens what a URL names. The zero Drivers are none.
type Drivers[Open any] struct {
	mu    sync.RWMutex
	known map[string]driver[Open]
}

type driver[Open any] struct {
	form string
	open Open
}

// Register makes a driver known; each calls it from its init. The form is the URL as one
// would write it, "sqlite:FILE", for error messages. Registering a scheme twice panics,
// as two packages then disagree on what it names.
func (d *Drivers[Open]) Register(scheme, form string, open Open) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, twice := d.known[scheme]; twice {
		panic("linked: scheme " + scheme + " registered twice")
	}
	if d.known == nil {
		d.known = map[string]driver[Open]{}
	}
	d.known[scheme] = driver[Open]{form: form, open: open}
}

// Of returns how an address is opened, and the form of those like it, by its scheme. The
// error names the drivers there are, and no more of the address than its scheme; it is
// ErrMissing when the driver is not among them.
func (d *Drivers[Open]) Of(address string) (open Open, form string, err error) {
	scheme, _, found := strings.Cut(address, ":")
	d.mu.RLock()
	defer d.mu.RUnlock()
	it, linked := d.known[scheme]
	switch {
	case !found:
		err = fmt.Errorf("no scheme; linked here: %s", d.forms())
	case !linked:
		err = fmt.Errorf("%w %q; linked here: %s", ErrMissing, scheme, d.forms())
	}
	return it.open, it.form, err
}

// forms lists the URLs that can be opened, in the order of their schemes.
func (d *Drivers[Open]) forms() string {
	if len(d.known) == 0 {
		return "none"
	}
	list := make([]string, 0, len(d.known))
	for _, it := range d.known {
		list = append(list, it.form)
	}
	slices.Sort(list)
	return strings.Join(list, ", ")
}
