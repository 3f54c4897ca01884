package words

import (
	"bytes"
	"encoding/json"
	"image/png"
	"net/url"
	"strings"
	"testing"

	"github.com/skip2/go-qrcode"
	"github.com/stretchr/testify/require"
)

func TestMessageIsStoredAsItIs(t *testing.T) {
	m, _ := pickupMail(t, "sv")
	stored, err := json.Marshal(m)
	require.NoError(t, err)
	require.Contains(t, string(stored), `{"code":{"value":"K7-4402","qr":true}}`)
	var back Message
	require.NoError(t, json.Unmarshal(stored, &back))
	require.Equal(t, m, back)
	require.Equal(t, "Din order är klar i Malmö. Kod K7-4402.", back.Short)
}

func TestMessageCheckNamesBlockAndField(t *testing.T) {
	for name, c := range map[string]struct {
		m    Message
		want string
	}{
		"no subject":          {Message{}, "subject is empty"},
		"a header smuggled":   {Message{Subject: "x\r\nBcc: a@b.example"}, "has several lines"},
		"an empty block":      {Message{Subject: "x", Blocks: []Block{Paragraph("a"), {}}}, "blocks[1] is 0 things at once"},
		"two things at once":  {Message{Subject: "x", Blocks: []Block{{Text: "a", Divider: true}}}, "blocks[0] is 2 things at once"},
		"blank text":          {Message{Subject: "x", Blocks: []Block{Paragraph(" \n")}}, "blocks[0].text is empty"},
		"a script button":     {Message{Subject: "x", Blocks: []Block{ButtonTo("Go", "javascript:alert(1)")}}, `blocks[0].button.url is "javascript:alert(1)", want a full http or https URL`},
		"a button sans label": {Message{Subject: "x", Blocks: []Block{ButtonTo(" ", "https://x.example")}}, "blocks[0].button.label is empty"},
		"a data picture":      {Message{Subject: "x", Blocks: []Block{Items(Item{Title: "a"}, Item{Title: "b", ImageURL: "data:image/png;base64,x"})}}, "blocks[0].items[1].image_url is"},
		"a relative link":     {Message{Subject: "x", Blocks: []Block{Items(Item{Title: "a", URL: "/p"})}}, `blocks[0].items[0].url is "/p"`},
		"an item sans title":  {Message{Subject: "x", Blocks: []Block{Items(Item{})}}, "blocks[0].items[0].title is empty"},
		"a fact sans value":   {Message{Subject: "x", Blocks: []Block{Facts(Fact{Label: "a"})}}, "blocks[0].facts[0].value is empty"},
		"an empty code":       {Message{Subject: "x", Blocks: []Block{CodeToShow("", false)}}, "blocks[0].code.value is empty"},
	} {
		t.Run(name, func(t *testing.T) { require.ErrorContains(t, c.m.Check(), c.want) })
	}
	m, _ := basketMail(t, "da", pictures)
	require.NoError(t, m.Check())
}

func TestWithLinksLeavesTheOriginalAlone(t *testing.T) {
	m, _ := basketMail(t, "da", pictures)
	before, err := json.Marshal(m)
	require.NoError(t, err)
	followed := m.WithLinks(func(string) string { return "https://r.example/c" })
	after, err := json.Marshal(m)
	require.NoError(t, err)
	require.Equal(t, string(before), string(after))

	require.Equal(t, []string{"https://r.example/c", "https://r.example/c", "https://r.example/c"}, linksOf(followed))
	items := followed.Blocks[1].Items
	require.Empty(t, items[2].URL, "an item without a link gets none")
	require.Equal(t, pictures+"/chair.png", items[0].ImageURL)
}

func TestQRCodeIsSharpAndHasItsQuietZone(t *testing.T) {
	picture, err := qrCode("K7-4402")
	require.NoError(t, err)
	img, err := png.Decode(bytes.NewReader(picture.Data))
	require.NoError(t, err)
	code, err := qrcode.New("K7-4402", qrcode.Medium)
	require.NoError(t, err)
	modules := code.Bitmap()
	side := img.Bounds().Dx()
	require.Equal(t, 0, side%len(modules), "a module is a whole number of dots")
	require.GreaterOrEqual(t, side, 300)
	require.Less(t, len(picture.Data), 4<<10)
	for y := range side {
		for x := range side {
			r, _, _, _ := img.At(x, y).RGBA()
			scale := side / len(modules)
			require.Equal(t, modules[y/scale][x/scale], r == 0)
			if min(x, y, side-1-x, side-1-y) < 4*scale {
				require.NotZero(t, r, "the quiet zone is white")
			}
		}
	}
	again, err := qrCode("K7-4402")
	require.NoError(t, err)
	require.Equal(t, picture, again, "the same mail for the same message")
}

func TestInBrowserShowsThePicturesInTheMail(t *testing.T) {
	m, opts := pickupMail(t, "da")
	page, _, inline, err := Email(DefaultBrand(), m, opts)
	require.NoError(t, err)
	require.Len(t, inline, 1)
	require.Equal(t, "image/png", inline[0].ContentType)
	require.Contains(t, page, `src="cid:`+inline[0].ContentID+`"`)
	shown := InBrowser(page, inline)
	require.NotContains(t, shown, "cid:")
	require.Equal(t, 1, strings.Count(shown, `src="data:image/png;base64,`))
}

func TestUnsubscribeHeadersAreThoseOfRFC8058(t *testing.T) {
	got, err := UnsubscribeHeaders("https://mail.garn.example/u?t=ab-c_1", "afmeld@garn.example")
	require.NoError(t, err)
	require.Equal(t, map[string]string{
		"List-Unsubscribe":      "<https://mail.garn.example/u?t=ab-c_1>, <mailto:afmeld@garn.example?subject=unsubscribe>",
		"List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
	}, got)
	got, err = UnsubscribeHeaders("https://mail.garn.example/u", "")
	require.NoError(t, err)
	require.Equal(t, "<https://mail.garn.example/u>", got["List-Unsubscribe"])

	got, err = UnsubscribeHeaders("http://mail.garn.example/u", "")
	require.NoError(t, err)
	require.Equal(t, map[string]string{"List-Unsubscribe": "<http://mail.garn.example/u>"}, got, "one click is for https only")

	for _, bad := range []string{"", "http:///u", "ftp://mail.garn.example/u", "mailto:x@y.example", "https://x.example/>\r\nBcc: a@b.example", "https://x.example/a,b"} {
		_, err := UnsubscribeHeaders(bad, "")
		require.ErrorContains(t, err, "want an https or http URL", bad)
	}
	for _, bad := range []string{"x", "Bo <bo@garn.example>", "bo@garn.example\r\nBcc: a@b.example"} {
		_, err := UnsubscribeHeaders("https://x.example/u", bad)
		require.ErrorContains(t, err, "want a plain address", bad)
	}
}

func TestALinkGetsMoreValues(t *testing.T) {
	more := url.Values{"store": {"cph 01"}, "sku": {"A&B"}, "category": {""}}
	for link, want := range map[string]string{
		"https://shop.example/list":              "https://shop.example/list?sku=A%26B&store=cph+01",
		"https://shop.example/list?lang=da#top":  "https://shop.example/list?lang=da&sku=A%26B&store=cph+01#top",
		"https://shop.example/list?store=aar-01": "https://shop.example/list?sku=A%26B&store=cph+01",
		"https://shop.example/%zz":               "https://shop.example/%zz",
	} {
		require.Equal(t, want, LinkWith(link, more))
	}
}
