package tone

import (
	_ "embed"
	"sync"
)

//go:embed lists/faces.txt
var facesList string

// emoticons are VADER's, from :) to \o/.
var emoticons = sync.OnceValue(func() map[string]float64 {
	of := map[string]float64{}
	for _, line := range readList(facesList) {
		for _, face := range line.words {
			of[face] = line.weight
		}
	}
	return of
})

// emoji are the ones customers use about a shop, with our own weights on VADER's scale; the rest weigh nothing.
// Skin tones, variation selectors and joiners are marks without weight, so 👍🏽 is 👍.
var emoji = sync.OnceValue(func() map[rune]float64 {
	of := map[rune]float64{}
	for weight, list := range emojiByWeight {
		for _, r := range list {
			of[r] = weight
		}
	}
	return of
})

var emojiByWeight = map[float64]string{
	3.2:  "😍🥰😻❤♥💕💖💗💓💞💘💝🤩💯🏆🥇",
	2.6:  "😀😃😄😁😊☺😇🤗😘😚🎉🎊🥳✨🌟🙌👏💪💚💙💛🧡💜🤍",
	2.0:  "👍👌😎😋😸😺🌞☀🌈🌸🌹💐🍀🎁⭐🤝✅💃🕺🤞",
	1.2:  "🙂😉😌😏😜😛🙏😅🫶😂🤣😆",
	-0.8: "😐😑😶🙄🤔😕🫤😬",
	-1.6: "🙁☹😟😔😞😣😖😥😪😓😰🥺😴🥱🤨",
	-2.2: "😢😭😩😫😦😧😨😱😿💔👎🙅🤦🥴❌🚫",
	-2.8: "😠😡🤬👿😤💩🤮🤢😾🖕🗑☠💀😒",
}
