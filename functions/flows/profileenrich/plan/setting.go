package plan

import (
	"errors"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Worths is the setting WORTH: what flows are worth, written visitprep:12,lifestage:0.
type Worths map[string]float64

// Decode reads the setting. The error says what is expected.
func (w *Worths) Decode(setting string) error {
	*w = Worths{}
	for one := range strings.SplitSeq(setting, ",") {
		if strings.TrimSpace(setting) == "" {
			return nil
		}
		flow, amount, _ := strings.Cut(strings.TrimSpace(one), ":")
		worth, err := strconv.ParseFloat(amount, 64)
		if _, known := Written().Worth[flow]; !known || err != nil || !(worth >= 0) || math.IsInf(worth, 0) {
			return errors.New("expected flow:worth, with commas between, as in visitprep:12,lifestage:0; there are " +
				strings.Join(slices.Sorted(maps.Keys(Written().Worth)), ", "))
		}
		(*w)[flow] = worth
	}
	return nil
}

// Plan is what questions.yaml says, with the worths of the setting.
func (w Worths) Plan() Plan {
	p := Written()
	p.Worth = maps.Clone(p.Worth)
	maps.Copy(p.Worth, w)
	return p
}
