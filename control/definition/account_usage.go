package definition

import (
	"context"
	"errors"
	"time"

	"gatehouse/store"
)

// Usage is what one key has used of one plan's quota.
type Usage struct {
	Region  string
	PlanID  string
	KeyID   string
	Days    map[string]UsageDay // by UTC date, "2026-01-02"; a day without traffic has none
	Started string              // the date of the key's first use or grant under this plan
}

// UsageDay is one day's part of it, in requests.
type UsageDay struct {
	Used    int64
	Granted int64 // added to what is left of the period by UpdateUsage; may be negative
}

// MaxUsageDays is how long days are kept. AWS shows the last 90 days; a MONTH
// that began before them still has to be summed up.
const MaxUsageDays = 90 + 31

// DateOf is a day as Usage spells it.
func DateOf(t time.Time) string { return t.UTC().Format(time.DateOnly) }

func (r *Repository) usages() Collection[Usage] {
	return Collection[Usage]{repo: r, kind: kindUsage, prefix: UsagePrefix, valid: validName,
		place: func(u *Usage) (string, string) { return u.Region, usageID(u.PlanID, u.KeyID) }}
}

func usageID(planID, keyID string) string { return planID + "/" + keyID }

// Usage reads what a key has used of a plan; nothing is recorded as no days.
func (r *Repository) Usage(ctx context.Context, region, planID, keyID string) (*Usage, error) {
	u, err := r.usages().Get(ctx, region, usageID(planID, keyID))
	if errors.Is(err, store.ErrNotFound) {
		return &Usage{Region: region, PlanID: planID, KeyID: keyID}, nil
	}
	return u, err
}

// ChangeUsage does for a record what Change does for an API, and makes it when
// there is none. Days older than MaxUsageDays before now are dropped.
func (r *Repository) ChangeUsage(ctx context.Context, region, planID, keyID string, now time.Time, change func(*Usage) error) error {
	id := usageID(planID, keyID)
	edit := func(u *Usage) error {
		if u.Days == nil {
			u.Days = map[string]UsageDay{}
		}
		if u.Started == "" {
			u.Started = DateOf(now)
		}
		u.drop(now)
		return change(u)
	}
	err := r.usages().Change(ctx, region, id, edit)
	if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	u := &Usage{Region: region, PlanID: planID, KeyID: keyID}
	if err := edit(u); err != nil {
		return err
	}
	err = r.usages().Create(ctx, u)
	if errors.Is(err, store.ErrConflict) { // another call made it meanwhile
		return r.usages().Change(ctx, region, id, edit)
	}
	return err
}

func (u *Usage) drop(now time.Time) {
	oldest := DateOf(now.AddDate(0, 0, -MaxUsageDays))
	for date := range u.Days {
		if date < oldest {
			delete(u.Days, date)
		}
	}
}

// DeleteUsage forgets what was used of a plan, by one key or, with "", by all.
// What can't be removed stays, unreachable: plan ids don't come again.
func (r *Repository) DeleteUsage(ctx context.Context, planID, keyID string) {
	ctx = context.WithoutCancel(ctx)
	entries, err := r.store.List(ctx, UsagePrefix+planID+"/")
	if err != nil {
		return
	}
	for _, e := range entries {
		if keyID == "" || e.Key == UsagePrefix+usageID(planID, keyID) {
			_ = r.store.Delete(ctx, e.Key, e.Revision)
		}
	}
}
