package main

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func (s *standin) UpgradeResourceState(_ context.Context, r *tfprotov5.UpgradeResourceStateRequest) (*tfprotov5.UpgradeResourceStateResponse, error) {
	schema := s.resources[r.TypeName]
	v, err := r.RawState.Unmarshal(schema.ValueType())
	if err != nil {
		return nil, err
	}
	state, err := tfprotov5.NewDynamicValue(schema.ValueType(), v)
	return &tfprotov5.UpgradeResourceStateResponse{UpgradedState: &state}, err
}

// ReadResource finds what Terraform remembers: there is nothing else.
func (s *standin) ReadResource(_ context.Context, r *tfprotov5.ReadResourceRequest) (*tfprotov5.ReadResourceResponse, error) {
	return &tfprotov5.ReadResourceResponse{NewState: r.CurrentState, Private: r.Private}, nil
}

// PlanResourceChange plans what is configured; what a new one would tell is not known yet.
func (s *standin) PlanResourceChange(_ context.Context, r *tfprotov5.PlanResourceChangeRequest) (*tfprotov5.PlanResourceChangeResponse, error) {
	schema := s.resources[r.TypeName]
	there, err := r.PriorState.IsNull()
	if err != nil {
		return nil, err
	}
	gone, err := r.ProposedNewState.IsNull()
	if err != nil || gone || !there {
		return &tfprotov5.PlanResourceChangeResponse{PlannedState: r.ProposedNewState}, err
	}
	planned, err := changed(schema, r.ProposedNewState, func(v tftypes.Value) (tftypes.Value, error) { return told(schema.Block, v, unknown) })
	return &tfprotov5.PlanResourceChangeResponse{PlannedState: planned}, err
}

// ApplyResourceChange makes up what was not known.
func (s *standin) ApplyResourceChange(_ context.Context, r *tfprotov5.ApplyResourceChangeRequest) (*tfprotov5.ApplyResourceChangeResponse, error) {
	state, err := changed(s.resources[r.TypeName], r.PlannedState, madeUp)
	return &tfprotov5.ApplyResourceChangeResponse{NewState: state}, err
}

// ReadDataSource makes up all that is not asked by.
func (s *standin) ReadDataSource(_ context.Context, r *tfprotov5.ReadDataSourceRequest) (*tfprotov5.ReadDataSourceResponse, error) {
	schema := s.data[r.TypeName]
	state, err := changed(schema, r.Config, func(v tftypes.Value) (tftypes.Value, error) {
		v, err := told(schema.Block, v, unknown)
		if err != nil {
			return v, err
		}
		return madeUp(v)
	})
	return &tfprotov5.ReadDataSourceResponse{State: state}, err
}

func changed(schema *tfprotov5.Schema, from *tfprotov5.DynamicValue, change func(tftypes.Value) (tftypes.Value, error)) (*tfprotov5.DynamicValue, error) {
	v, err := from.Unmarshal(schema.ValueType())
	if err != nil {
		return nil, err
	}
	if v, err = change(v); err != nil {
		return nil, err
	}
	to, err := tfprotov5.NewDynamicValue(schema.ValueType(), v)
	return &to, err
}
