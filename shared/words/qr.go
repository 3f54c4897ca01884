package words

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"

	"github.com/skip2/go-qrcode"
)

// dotsWanted makes the picture about twice as fine as it is shown (180 px), for dense screens.
const dotsWanted = 360

// qrCode draws a code as a PNG of two colours. Each module is a whole number of dots, which scanners
// and printers like, and the quiet zone of four modules (ISO/IEC 18004 §6.3.8) is part of it.
func qrCode(value string) (Attachment, error) {
	code, err := qrcode.New(value, qrcode.Medium)
	if err != nil {
		return Attachment{}, fmt.Errorf("QR code of %d characters: %w", len(value), err)
	}
	picture := enlarge(code.Bitmap())
	var data bytes.Buffer
	if err := png.Encode(&data, picture); err != nil {
		return Attachment{}, fmt.Errorf("QR code: %w", err)
	}
	sum := sha256.Sum256([]byte(value))
	return Attachment{
		Name:        "qr.png",
		ContentID:   "qr-" + hex.EncodeToString(sum[:8]) + "@redthread",
		ContentType: "image/png",
		Data:        data.Bytes(),
	}, nil
}

func enlarge(modules [][]bool) *image.Paletted {
	scale := max(dotsWanted/len(modules), 2)
	side := scale * len(modules)
	picture := image.NewPaletted(image.Rect(0, 0, side, side), color.Palette{color.White, color.Black})
	for y := range side {
		row := picture.Pix[y*side : (y+1)*side]
		if y%scale > 0 {
			copy(row, picture.Pix[(y-1)*side:y*side])
			continue
		}
		for x := range side {
			if modules[y/scale][x/scale] {
				row[x] = 1
			}
		}
	}
	return picture
}

// InBrowser gives the HTML of Email for a page instead of a mail program: its cid: pictures become
// data: URLs. Show it in a sandboxed iframe.
func InBrowser(html string, inline []Attachment) string {
	for _, a := range inline {
		data := "data:" + a.ContentType + ";base64," + base64.StdEncoding.EncodeToString(a.Data)
		html = strings.ReplaceAll(html, `src="cid:`+a.ContentID+`"`, `src="`+data+`"`)
	}
	return html
}
