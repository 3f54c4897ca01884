package profileenrich

import (
	"net/url"

	"redthread.dev/shared/profile"
	"redthread.dev/shared/words"
)

// letter asks one thing. It leads to the page where it is answered, from where it comes
// back as customer.updated.
func (e enrich) letter(c *profile.Profile, question string) (words.Message, error) {
	page, err := url.JoinPath(e.AskURL, question)
	if err != nil {
		return words.Message{}, err
	}
	s := e.texts.In(c.Locale.Text()).With(map[string]any{"Name": c.FirstName(), "Points": e.Points})
	blocks := []words.Block{words.ButtonTo(s.Say("button"), page)}
	if e.Points > 0 {
		blocks = append([]words.Block{words.Paragraph(s.Say("points"))}, blocks...)
	}
	return s.Message(question, blocks...), s.Err()
}
