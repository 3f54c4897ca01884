package words

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
)

// The mails that several tests look at, written from testdata/words.yaml as a flow would.

func loadTexts(t testing.TB) Texts {
	file, err := os.ReadFile("testdata/words.yaml")
	require.NoError(t, err)
	texts, err := Load(file)
	require.NoError(t, err)
	return texts
}

func basketMail(t testing.TB, locale, pictures string) (Message, EmailOptions) {
	copenhagen, err := time.LoadLocation("Europe/Copenhagen")
	require.NoError(t, err)
	voice := loadTexts(t).In(locale)
	left := time.Date(2026, 11, 28, 21, 30, 0, 0, copenhagen)
	say := voice.With(map[string]any{
		"First": "Åsa <3", "Count": 3, "Store": "Tråd & Træ, Nørrebro", "When": left, "Until": left.AddDate(0, 0, 5),
		"Total": events.Money{Amount: 184850, Currency: "DKK"},
	})
	price := func(minor int64) string { return Money(events.Money{Amount: minor, Currency: "DKK"}, locale) }
	m := Message{
		Locale: locale, Subject: say.Say("basket.subject"), Preview: say.Say("basket.preview"), Heading: say.Say("basket.heading"),
		Blocks: []Block{
			Paragraph(say.Say("basket.text")),
			Items(
				Item{Title: "Lænestol i ask & uldplaid “Fjord”", Detail: say.Say("basket.stock"), Price: price(129900), ImageURL: pictures + "/chair.png", URL: "https://traadogtrae.example/p/chair?a=1&b=2"},
				Item{Title: "Vævet løber 70 × 200 cm", Detail: "2 ×", Price: price(24975), ImageURL: pictures + "/runner.png", URL: "https://traadogtrae.example/p/runner"},
				Item{Title: "Garnnøgle, rød", Price: price(5000)},
			),
			ButtonTo(say.Say("basket.button"), "https://traadogtrae.example/basket/42?t=abc"),
			Divider(),
			SmallPrint(say.Say("basket.small")),
		},
	}
	require.NoError(t, say.Err())
	return m, EmailOptions{
		Marketing:      true,
		UnsubscribeURL: "https://traadogtrae.example/u?t=abcdef",
		PreferencesURL: "https://traadogtrae.example/preferences?t=abcdef",
		PixelURL:       pictures + "/o.gif?t=abcdef",
	}
}

func pickupMail(t testing.TB, locale string) (Message, EmailOptions) {
	say := loadTexts(t).In(locale).With(map[string]any{"Store": "Malmö", "Code": "K7-4402"})
	m := Message{
		Locale: locale, Subject: say.Say("pickup.subject"), Preview: say.Say("pickup.preview"), Heading: say.Say("pickup.heading"),
		Short: say.Say("pickup.short"),
		Blocks: []Block{
			Paragraph(say.Say("pickup.text")),
			CodeToShow("K7-4402", true),
			Facts(
				Fact{Label: say.Say("pickup.store"), Value: "Tråd & Træ\nSpindelvägen 4, 211 00 Malmö"},
				Fact{Label: say.Say("pickup.open"), Value: "10:00–19:00"},
				Fact{Label: say.Say("pickup.until"), Value: Day(time.Date(2026, 12, 3, 0, 0, 0, 0, time.UTC), locale)},
			),
			ButtonTo(say.Say("pickup.button"), "https://traadogtrae.example/stores/malmo"),
		},
	}
	require.NoError(t, say.Err())
	return m, EmailOptions{}
}
