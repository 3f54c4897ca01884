package words

import (
	"fmt"
	"net/mail"
	"net/url"
	"strings"
)

// UnsubscribeHeaders are the two headers with which a mail program offers its own "unsubscribe"
// (RFC 2369 §3.2 and RFC 8058 §3.1). A POST to oneClickURL with the body
// "List-Unsubscribe=One-Click" must unsubscribe at once, without login, cookies or questions;
// RFC 8058 wants it to be https, and wants both headers under the DKIM signature. mailto is a plain
// address and may be empty. The error says which of the two cannot be used.
func UnsubscribeHeaders(oneClickURL, mailto string) (map[string]string, error) {
	u, err := url.Parse(oneClickURL)
	if err != nil || u.Scheme != "https" || u.Host == "" || strings.ContainsAny(oneClickURL, "<>, \r\n") {
		return nil, fmt.Errorf("unsubscribe headers: one-click URL is %q, want an https URL without spaces, commas or angle brackets", oneClickURL)
	}
	list := "<" + oneClickURL + ">"
	if mailto != "" {
		a, err := mail.ParseAddress(mailto)
		if err != nil || a.Address != mailto {
			return nil, fmt.Errorf("unsubscribe headers: mailto is %q, want a plain address such as unsubscribe@shop.example", mailto)
		}
		list += ", <mailto:" + url.PathEscape(mailto) + "?subject=unsubscribe>"
	}
	return map[string]string{
		"List-Unsubscribe":      list,
		"List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
	}, nil
}
