package words

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAMessageInShort(t *testing.T) {
	m := Message{Subject: "Din ordre er klar", Blocks: []Block{Paragraph("Vis koden ved disken"), CodeToShow("4711", true), ButtonTo("Butik", "https://shop.example/b"),
		Items(Item{Title: "Garn", Price: "45,00 kr."}, Item{Title: "Pind"}), ButtonTo("Kurv", "https://shop.example/k"), CodeToShow("TAK", false), SmallPrint("Gælder ikke altid.")}}
	require.Equal(t, "Din ordre er klar. Vis koden ved disken. Garn 45,00 kr. Pind.", m.InShort())
	require.Equal(t, "Vis koden ved disken. Garn 45,00 kr. Pind.", m.Running())
	require.Equal(t, []string{"4711", "TAK"}, m.Codes())
	require.Equal(t, "https://shop.example/b", m.Next(), "of several buttons the first")
	m.Short = "Klar."
	require.Equal(t, "Klar.", m.InShort())
	m.Blocks = nil
	require.Empty(t, m.Next()+m.Running())
	require.True(t, Says("Kode (4711).", "4711"))
	require.False(t, Says("Ordre 14711", "4711"))
}
