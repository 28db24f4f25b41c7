package apigateway

import (
	"context"
	"strconv"
	"time"

	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/definition"
	"gatehouse/control/wire"
)

// Usage keeps what keys have used of their plans' quotas, per UTC day. Whoever
// counts requests writes through ChangeUsage; the operations here read, and grant.
type Usage interface {
	// Usage reads the record of a key in a plan; nothing recorded is no days.
	Usage(ctx context.Context, region, planID, keyID string) (*definition.Usage, error)

	// ChangeUsage applies change to the record and stores it. change may run
	// several times.
	ChangeUsage(ctx context.Context, region, planID, keyID string, now time.Time, change func(*definition.Usage) error) error
}

var _ Usage = (*definition.Repository)(nil)

// maxUsageSpan is how many days GetUsage shows.
const maxUsageSpan = 90

var errNoUsageKey = notFound("Invalid Key identifier specified")

func (s *service) getUsage(c *wire.Call, in *v1.GetUsageInput) (*v1.GetUsageOutput, error) {
	first, last, err := usageSpan(str(in.StartDate), str(in.EndDate))
	if err != nil {
		return nil, err
	}
	p, err := s.repo.UsagePlans().Get(c.Context, c.Region, str(in.UsagePlanId))
	if err != nil {
		return nil, gone(err, errNoPlan)
	}
	ids := p.Keys
	if in.KeyId != nil {
		if !p.Has(*in.KeyId) {
			return nil, errNoUsageKey
		}
		ids = []string{*in.KeyId}
	}
	ids, next, err := page(ids, func(id string) string { return id }, in.Limit, in.Position)
	if err != nil {
		return nil, err
	}
	out := &v1.GetUsageOutput{UsagePlanId: in.UsagePlanId, StartDate: in.StartDate, EndDate: in.EndDate, Position: next, Items: map[string][][]int64{}}
	for _, id := range ids {
		u, err := s.repo.Usage(c.Context, c.Region, *p.Plan.Id, id)
		if err != nil {
			return nil, storeError(err)
		}
		out.Items[id] = UsageDays(p.Plan.Quota, u, first, last)
	}
	return out, nil
}

// usageSpan reads the dates of GetUsage, both included.
func usageSpan(start, end string) (first, last time.Time, err error) {
	if first, err = time.Parse(time.DateOnly, start); err != nil {
		return first, last, badRequest("Invalid startDate specified: %s", start)
	}
	if last, err = time.Parse(time.DateOnly, end); err != nil {
		return first, last, badRequest("Invalid endDate specified: %s", end)
	}
	if last.Before(first) {
		return first, last, badRequest("Invalid date range specified: endDate is before startDate")
	}
	if last.Sub(first) > maxUsageSpan*24*time.Hour {
		return first, last, badRequest("Invalid date range specified: it can have at most %d days", maxUsageSpan)
	}
	return first, last, nil
}

// UsageDays gives, for each day from first to last, how many requests were used
// on it and how many its quota had left when it ended (or now has). Without a
// quota nothing is left to tell: 0.
func UsageDays(q *types.QuotaSettings, u *definition.Usage, first, last time.Time) [][]int64 {
	days := [][]int64{}
	for d := first; !d.After(last); d = d.AddDate(0, 0, 1) {
		days = append(days, []int64{u.Days[definition.DateOf(d)].Used, Remaining(q, u, d)})
	}
	return days
}

// Remaining is what a quota has left on a day: its limit less what was used since
// the period began, plus what UpdateUsage granted; never below 0. In the key's
// first period the quota's offset is gone from the start. A nil quota gives 0.
func Remaining(q *types.QuotaSettings, u *definition.Usage, day time.Time) int64 {
	if q == nil {
		return 0
	}
	return max(balance(q, u, day), 0)
}

// balance is Remaining that may be below 0.
func balance(q *types.QuotaSettings, u *definition.Usage, day time.Time) int64 {
	begin := PeriodStart(q.Period, day)
	left := int64(q.Limit)
	if u.Started == "" || u.Started >= definition.DateOf(begin) {
		left -= int64(q.Offset)
	}
	for d := begin; !d.After(day); d = d.AddDate(0, 0, 1) {
		x := u.Days[definition.DateOf(d)]
		left += x.Granted - x.Used
	}
	return left
}

// PeriodStart is the UTC day on which a quota's period that has day in it began:
// the day itself, its Sunday, or the first of its month.
func PeriodStart(p types.QuotaPeriodType, day time.Time) time.Time {
	day = day.UTC().Truncate(24 * time.Hour)
	switch p {
	case types.QuotaPeriodTypeWeek:
		return day.AddDate(0, 0, -int(day.Weekday()))
	case types.QuotaPeriodTypeMonth:
		return day.AddDate(0, 0, 1-day.Day())
	}
	return day
}

// updateUsage grants or takes requests so that what is left of the current
// period is what the client says.
func (s *service) updateUsage(c *wire.Call, in *v1.UpdateUsageInput) (*v1.UpdateUsageOutput, error) {
	p, _, err := s.planMember(c, str(in.UsagePlanId), str(in.KeyId))
	if err != nil {
		return nil, err
	}
	today, id := s.now(), str(in.KeyId)
	var days [][]int64
	err = s.repo.ChangeUsage(c.Context, c.Region, *p.Plan.Id, id, today, func(u *definition.Usage) error {
		for _, op := range in.PatchOperations {
			if err := patchUsage(p.Plan.Quota, u, today, op); err != nil {
				return err
			}
		}
		days = UsageDays(p.Plan.Quota, u, today, today)
		return nil
	})
	if err != nil {
		return nil, storeError(err)
	}
	date := definition.DateOf(today)
	return &v1.UpdateUsageOutput{UsagePlanId: p.Plan.Id, StartDate: &date, EndDate: &date, Items: map[string][][]int64{id: days}}, nil
}

func patchUsage(q *types.QuotaSettings, u *definition.Usage, today time.Time, op types.PatchOperation) error {
	return edits{"/remaining": {replaceOnly, func(_ types.Op, value string) error {
		want, err := strconv.ParseInt(value, 10, 64)
		if err != nil || want < 0 {
			return badValue("/remaining", value)
		}
		if q == nil {
			return badRequest("Usage Plan has no quota")
		}
		grant(q, u, today, want)
		return nil
	}}}.apply(op, "/remaining")
}

// grant makes Remaining want, also where more than the limit was used.
func grant(q *types.QuotaSettings, u *definition.Usage, today time.Time, want int64) {
	date := definition.DateOf(today)
	d := u.Days[date]
	d.Granted += want - balance(q, u, today)
	u.Days[date] = d
}
