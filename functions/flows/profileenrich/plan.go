package profileenrich

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"

	"redthread.dev/events"
	"redthread.dev/shared/profile"
)

//go:embed questions.yaml
var questions []byte

// plan is what questions.yaml says.
type plan struct {
	Worth     map[string]float64
	Needs     []need
	Questions []question
}

type need struct {
	Flow string
	Any  []string
	Part float64
	When string
}

type question struct {
	Fills  string
	Chance map[string]float64
	About  []string
	Also   string
}

// channels are those to ask in, the nearest first.
var channels = []string{"push", "email"}

// planned reads questions.yaml. It is part of the program: what is wrong with it is an
// error of the program, which each test that makes the flow finds.
var planned = sync.OnceValue(func() (p plan) {
	d := yaml.NewDecoder(bytes.NewReader(questions))
	d.KnownFields(true)
	if err := d.Decode(&p); err != nil {
		panic(fmt.Sprintf("%s/questions.yaml: %v", name, err))
	}
	return p
})

// worths is the setting WORTH: what flows are worth, written visitprep:12,lifestage:0.
type worths map[string]float64

// Decode reads the setting. The error says what is expected.
func (w *worths) Decode(setting string) error {
	*w = worths{}
	for one := range strings.SplitSeq(setting, ",") {
		if strings.TrimSpace(setting) == "" {
			return nil
		}
		flow, amount, _ := strings.Cut(strings.TrimSpace(one), ":")
		worth, err := strconv.ParseFloat(amount, 64)
		if _, known := planned().Worth[flow]; !known || err != nil || !(worth >= 0) || math.IsInf(worth, 0) {
			return errors.New("expected flow:worth, with commas between, as in visitprep:12,lifestage:0; there are " +
				strings.Join(slices.Sorted(maps.Keys(planned().Worth)), ", "))
		}
		(*w)[flow] = worth
	}
	return nil
}

func (w worths) plan() plan {
	p := planned()
	p.Worth = maps.Clone(p.Worth)
	maps.Copy(p.Worth, w)
	return p
}

// signs are what a customer must show for a need to be one.
var signs = map[string]func(*profile.Profile) bool{
	"": func(*profile.Profile) bool { return true },
	"stores": func(c *profile.Profile) bool {
		return len(c.Stores()) > 0 || slices.ContainsFunc(c.Views, func(v profile.View) bool { return v.Kind == events.PageStoreFinder })
	},
	"collects": func(c *profile.Profile) bool {
		return slices.ContainsFunc(c.Placed, func(o profile.Placed) bool { return o.Delivery == events.DeliveryCollect })
	},
}
