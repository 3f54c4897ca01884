package events

// SurveyAnswered is a customer's answer to a question with a score.
type SurveyAnswered struct {
	Common
	// The survey.
	SurveyID string `json:"survey_id" jsonschema:"minLength=1,example=after-pickup"`
	// What is measured, which also gives the scale.
	Kind SurveyKind `json:"kind"`
	// The score: nps 0–10, csat 1–5, ces 1–7.
	Score float64 `json:"score" jsonschema:"minimum=0,maximum=10"`
	// What the customer added.
	Comment string `json:"comment,omitempty" jsonschema:"maxLength=65536"`
	// What they were asked about.
	About About `json:"about,omitzero"`
}

// Type is dev.redthread.survey.answered.v1.
func (SurveyAnswered) Type() string { return "dev.redthread.survey.answered.v1" }

// SurveyKind is what a survey measures.
type SurveyKind string

// The measures: net promoter score (0–10), satisfaction (1–5), effort (1–7).
const (
	SurveyNPS  SurveyKind = "nps"
	SurveyCSAT SurveyKind = "csat"
	SurveyCES  SurveyKind = "ces"
)

// About is what a survey asked about.
type About struct {
	// An order.
	OrderID string `json:"order_id,omitempty"`
	// A store.
	StoreID string `json:"store_id,omitempty"`
	// A contact with customer service.
	ContactID string `json:"contact_id,omitempty"`
}
