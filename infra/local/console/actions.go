package console

import (
	"fmt"
	"net/http"
	"regexp"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/words"
)

// shown is an action with its message as the customer reads it.
type shown struct {
	action.Action
	From    string `json:"from,omitempty"`
	Text    string `json:"text,omitempty"`
	HTML    string `json:"html,omitempty"` // where it is
	Problem string `json:"problem,omitempty"`
}

// oops is how a request is answered that cannot be.
type oops struct {
	Error string `json:"error"`
}

func (c *Console) action(w http.ResponseWriter, r *http.Request) {
	a, status, err := c.find(r)
	if err != nil {
		answer(w, status, oops{err.Error()})
		return
	}
	out := shown{Action: a}
	out.Created = c.at(a.Created)
	if m := a.Content.Message; m != nil {
		out.From = c.Brand.Sender.Name + " <" + c.Brand.Sender.Email + ">"
		_, text, _, err := c.written(a)
		switch {
		case a.Channel != "email":
			out.From, out.Text = c.Brand.Name, m.InShort()
		case err != nil:
			out.Problem = err.Error()
		default:
			out.Text, out.HTML = text, "/mail/"+a.ID
		}
	}
	answer(w, http.StatusOK, out)
}

// find reads the action that a request names.
func (c *Console) find(r *http.Request) (action.Action, int, error) {
	id := r.PathValue("id")
	docs, err := c.Store.Get(r.Context(), action.Key(id))
	if err != nil {
		return action.Action{}, http.StatusInternalServerError, fmt.Errorf("read action %q: %w", id, err)
	}
	if !docs[0].Exists() {
		return action.Action{}, http.StatusNotFound, fmt.Errorf("action %q: there is none", id)
	}
	a, err := action.Read(docs[0])
	return a, http.StatusInternalServerError, err
}

// written is the mail of an action with a message, as words.Email returns it.
func (c *Console) written(a action.Action) (html, text string, inline []words.Attachment, err error) {
	message, opts := *a.Content.Message, words.EmailOptions{Marketing: a.Purpose == events.PurposeMarketing,
		UnsubscribeURL: c.Brand.ShopURL + "/unsubscribe", PreferencesURL: c.Brand.ShopURL + "/preferences"}
	if c.Letter != nil {
		message, opts = c.Letter(a)
	}
	return words.Email(c.Brand, message, opts)
}

// mailPolicy lets a mail show itself and do nothing else: no script, no form, no
// request to anywhere. Pictures from elsewhere tell their owner who looks, so they
// are loaded only on demand, as in any mail program.
const (
	mailPolicy   = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox; img-src data:"
	withPictures = " http: https:"
)

// remote is a picture from elsewhere in the HTML of a mail, where every quotation mark
// in a value is escaped.
var remote = regexp.MustCompile(`src="https?://[^"]*"`)

// swatch stands for a picture that is not loaded: a piece of cloth with a red thread.
const swatch = `src="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 88 88' preserveAspectRatio='xMidYMid slice'%3E%3Crect width='88' height='88' fill='%23d9ccb8'/%3E%3Cpath d='M-4 62C20 22 34 78 50 46S78 26 92 40' fill='none' stroke='%23b3262e' stroke-width='1.6'/%3E%3C/svg%3E"`

// mail serves a mail as the customer sees it.
func (c *Console) mail(w http.ResponseWriter, r *http.Request) {
	a, status, err := c.find(r)
	if err != nil {
		http.Error(w, err.Error(), status)
		return
	}
	if a.Content.Message == nil {
		http.Error(w, fmt.Sprintf("action %q is a %s: it has no words to the customer", a.ID, a.Kind), http.StatusNotFound)
		return
	}
	html, _, inline, err := c.written(a)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	policy := mailPolicy
	if r.URL.Query().Get("pictures") != "" {
		policy += withPictures
	} else {
		html = remote.ReplaceAllLiteralString(html, swatch)
	}
	w.Header().Set("Content-Security-Policy", policy)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Write([]byte(words.InBrowser(html, inline))) //nolint:errcheck // the reader is gone
}
