package words

import (
	"fmt"
	"net/mail"
	"net/url"
	"strings"
)

// UnsubscribeHeaders are the headers with which a mail program offers its own "unsubscribe"
// (RFC 2369 §3.2 and RFC 8058 §3.1). A POST to oneClickURL with the body
// "List-Unsubscribe=One-Click" must unsubscribe at once, without login, cookies or questions. RFC
// 8058 wants that to be https, and wants both headers under the DKIM signature; to an http URL the
// program only leads the customer, and List-Unsubscribe-Post is left out. mailto is a plain address
// and may be empty. The error says which of the two cannot be used.
func UnsubscribeHeaders(oneClickURL, mailto string) (map[string]string, error) {
	u, err := url.Parse(oneClickURL)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || strings.ContainsAny(oneClickURL, "<>, \r\n") {
		return nil, fmt.Errorf("unsubscribe headers: one-click URL is %q, want an https or http URL without spaces, commas or angle brackets", oneClickURL)
	}
	list := "<" + oneClickURL + ">"
	if mailto != "" {
		a, err := mail.ParseAddress(mailto)
		if err != nil || a.Address != mailto {
			return nil, fmt.Errorf("unsubscribe headers: mailto is %q, want a plain address such as unsubscribe@shop.example", mailto)
		}
		list += ", <mailto:" + url.PathEscape(mailto) + "?subject=unsubscribe>"
	}
	headers := map[string]string{"List-Unsubscribe": list}
	if u.Scheme == "https" {
		headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
	}
	return headers, nil
}
