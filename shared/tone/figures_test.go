package tone

import (
	"fmt"
	"math"
)

// tally counts what was read against what people say.
type tally map[[2]Mood]int

func (c *tally) count(human, read Mood) {
	if *c == nil {
		*c = tally{}
	}
	(*c)[[2]Mood{human, read}]++
}

func (c tally) accuracy() float64 {
	right, all := 0, 0
	for pair, n := range c {
		all += n
		if pair[0] == pair[1] {
			right += n
		}
	}
	return float64(right) / float64(all)
}

// macroF1 is the mean of the three classes' F1, as the published figures have it.
func (c tally) macroF1() float64 {
	sum := 0.0
	for _, mood := range []Mood{Negative, Neutral, Positive} {
		both, either := 0, 0
		for pair, n := range c {
			if pair[0] == mood {
				either += n
			}
			if pair[1] == mood {
				either += n
			}
			if pair[0] == mood && pair[1] == mood {
				both += n
			}
		}
		if either > 0 {
			sum += 2 * float64(both) / float64(either)
		}
	}
	return sum / 3
}

func (c tally) String() string { return fmt.Sprintf("%.3f (%.3f)", c.accuracy(), c.macroF1()) }

func sign(x float64) Mood {
	switch {
	case x > 0:
		return Positive
	case x < 0:
		return Negative
	}
	return Neutral
}

// pearson is the correlation of two rows of numbers.
func pearson(x, y []float64) float64 {
	var sx, sy, sxy, sxx, syy float64
	n := float64(len(x))
	for i := range x {
		sx, sy, sxy, sxx, syy = sx+x[i], sy+y[i], sxy+x[i]*y[i], sxx+x[i]*x[i], syy+y[i]*y[i]
	}
	return (n*sxy - sx*sy) / math.Sqrt((n*sxx-sx*sx)*(n*syy-sy*sy))
}
