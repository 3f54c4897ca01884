package words

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const smallBrand = `
name: Garn & Co
locale: sv
shop_url: https://garn.example
sender: {email: hej@garn.example}
`

func TestTheDefaultBrandIsAGoodBrandFile(t *testing.T) {
	loaded, err := LoadBrand(defaultBrand)
	require.NoError(t, err)
	require.Equal(t, DefaultBrand(), loaded)
	DefaultBrand().Social[0].Name = "changed"
	require.NotEqual(t, "changed", DefaultBrand().Social[0].Name, "each caller has a brand of its own")
}

func TestASmallBrandFileGetsTheRestFromTheDefault(t *testing.T) {
	b, err := LoadBrand([]byte(smallBrand + "colors: {accent: \"#ffcc00\"}"))
	require.NoError(t, err)
	require.Equal(t, "Garn & Co", b.Sender.Name)
	require.Equal(t, "#ffcc00", b.Colors.Accent)
	require.Equal(t, DefaultBrand().Colors.Text, b.Colors.Text)
	require.Equal(t, "#000000", b.Colors.OnAccent(), "white on yellow cannot be read")
	require.Empty(t, b.Address, "a postal address is never invented")
	page, _, _, err := Email(b, Message{Subject: "Hej"}, EmailOptions{})
	require.NoError(t, err)
	require.Contains(t, page, `<html lang="sv"`)
}

func TestBrandFilesAreStrict(t *testing.T) {
	for name, c := range map[string]struct{ change, want string }{
		"an unknown key":           {"colour: red", "field colour not found"},
		"a colour by name":         {`colors: {accent: red}`, `brand.yaml: colors.accent is "red", want #rrggbb`},
		"pale text":                {`colors: {muted: "#bbbbbb"}`, "brand.yaml: colors.muted #bbbbbb on card #ffffff has a contrast of 1.9, want at least 4.5"},
		"dark text in the dark":    {`dark: {text: "#222222"}`, "brand.yaml: dark.text #222222 on card #221e1b"},
		"a logo without size":      {"logo: {url: https://garn.example/l.png}", "brand.yaml: logo is 0 × 0"},
		"a logo that is no URL":    {"logo: {url: l.png, width: 10, height: 10}", `logo.url is "l.png", want a full http or https URL`},
		"a font of its own":        {"headings: comic", `headings is "comic", want one of serif, sans`},
		"a contact that is no URL": {"contact: {url: 'javascript:alert(1)'}", `contact.url is "javascript:alert(1)"`},
		"a contact with a name":    {"contact: {email: 'Bo <bo@garn.example>'}", "contact.email is"},
		"a social link nowhere":    {"social: [{name: X, url: ''}]", "social[0].url is"},
		"a broken reply address":   {"sender: {email: hej@garn.example, reply_to: x}", "sender.reply_to is"},
	} {
		t.Run(name, func(t *testing.T) {
			file := smallBrand
			if strings.HasPrefix(c.change, "sender") {
				file = strings.Replace(file, "sender: {email: hej@garn.example}\n", "", 1)
			}
			_, err := LoadBrand([]byte(file + c.change))
			require.ErrorContains(t, err, c.want)
		})
	}
	_, err := LoadBrand([]byte("name: ''"))
	for _, want := range []string{"name is empty", "shop_url is", `locale is "", want one of da, sv, en`, "sender.email is"} {
		require.ErrorContains(t, err, "brand.yaml: "+want, "all that is wrong is told at once")
	}
}

func TestContrastIsThatOfWCAG(t *testing.T) {
	require.InDelta(t, 21, contrast("#000000", "#ffffff"), 1e-9)
	require.InDelta(t, 4.54, contrast("#767676", "#ffffff"), 0.01) // the well-known lightest grey that passes
	require.InDelta(t, 1, contrast("#123456", "#123456"), 1e-9)
	for _, accent := range []string{"#000000", "#777777", "#ff0000", "#00ff00", "#0000ff", "#ffffff"} {
		require.GreaterOrEqual(t, contrast(accent, Palette{Accent: accent}.OnAccent()), readable, accent)
	}
}
