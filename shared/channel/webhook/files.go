package webhook

import (
	"redthread.dev/shared/channel"
	"redthread.dev/shared/channel/outbox"
)

// OrFiles makes the sender of a channel that talks to a webhook where one is set, and
// else writes files into a folder, which it opens (outbox.Open). The error names the
// setting that is wrong, as New's does.
func OrFiles(s Settings, folder string, post func(*Client) channel.Sender, files func(outbox.Folder) channel.Sender) (channel.Sender, error) {
	if s.URL != "" {
		c, err := New(s)
		if err != nil {
			return nil, err
		}
		return post(c), nil
	}
	f, err := outbox.Open(folder)
	if err != nil {
		return nil, err
	}
	return files(f), nil
}
