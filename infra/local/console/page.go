package console

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"
	"path"
)

//go:embed page
var files embed.FS

var front = template.Must(template.ParseFS(files, "page/index.html"))

// page serves the page. What it shows it asks for; only names are written into it.
func (c *Console) page(w http.ResponseWriter, _ *http.Request) {
	var out bytes.Buffer
	names := struct{ Shop, Lang, Outbox string }{c.Brand.Name, c.Brand.Locale, c.Outbox}
	if err := front.Execute(&out, names); err != nil {
		http.Error(w, fmt.Sprintf("page: %v", err), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Write(out.Bytes()) //nolint:errcheck // the reader is gone
}

// asset serves a style sheet or script. A browser keeps it and asks whether it is
// still the same.
func (c *Console) asset(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("file")
	data, err := files.ReadFile("page/" + name)
	if err != nil || name == "index.html" {
		http.NotFound(w, r)
		return
	}
	sum := sha256.Sum256(data)
	tag := `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Content-Type", mimes[path.Ext(name)])
	w.Write(data) //nolint:errcheck // the reader is gone
}

// mimes are fixed: what a machine thinks of .js differs.
var mimes = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}
