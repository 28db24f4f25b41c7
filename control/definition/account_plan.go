package definition

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

// Stage finds what the plan says of a stage; nil when it doesn't have it. The
// pointer is into p.
func (p *UsagePlan) Stage(apiID, stage string) *types.ApiStage {
	for i := range p.Plan.ApiStages {
		if s := &p.Plan.ApiStages[i]; isStage(s, apiID, stage) {
			return s
		}
	}
	return nil
}

// Has reports whether a key is in the plan.
func (p *UsagePlan) Has(keyID string) bool { return slices.Contains(p.Keys, keyID) }

// without is the plan's stages but for one, or all, of an API.
func (p *UsagePlan) without(apiID, stage string) []types.ApiStage {
	return slices.DeleteFunc(slices.Clone(p.Plan.ApiStages), func(s types.ApiStage) bool {
		return isStage(&s, apiID, stage) || stage == "" && s.ApiId != nil && *s.ApiId == apiID
	})
}

func isStage(s *types.ApiStage, apiID, stage string) bool {
	return s.ApiId != nil && *s.ApiId == apiID && s.Stage != nil && *s.Stage == stage
}
