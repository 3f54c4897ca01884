package console

import (
	"context"

	"redthread.dev/functions/intake/consent"
)

// exports adds the copies of all that is held which can still be fetched, newest first.
func (c *Console) exports(ctx context.Context, d *dossier) error {
	ids, err := c.ids(ctx, d.Profile)
	if err != nil {
		return err
	}
	all, err := consent.Exports(ctx, c.Store, ids)
	if err != nil {
		return err
	}
	for _, x := range all {
		if x.Until.After(c.Now()) {
			d.Exports = append([]handed{{At: c.at(x.At), Until: c.at(x.Until), Link: x.Location, Mail: x.Action}}, d.Exports...)
		}
	}
	return nil
}
