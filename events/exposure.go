package events

// ExposureRecorded says that a customer is on one side of a flow's experiment.
type ExposureRecorded struct {
	// The flow.
	Flow string `json:"flow" jsonschema:"minLength=1,example=basketrecovery"`
	// The side.
	Arm Arm `json:"arm"`
	// The business key it would have acted on.
	Key string `json:"key" jsonschema:"example=b-7f3a"`
}

// Type is dev.redthread.exposure.recorded.v1.
func (ExposureRecorded) Type() string { return "dev.redthread.exposure.recorded.v1" }

// Arm is a side of an experiment.
type Arm string

// The sides of an experiment: the flow acted, or kept still to be compared with.
const (
	ArmTreated Arm = "treated"
	ArmHeldOut Arm = "held_out"
)
