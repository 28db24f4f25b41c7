package store

import (
	"context"
	"errors"
	"time"

	"github.com/nats-io/nats.go"
)

// feed hands the messages of an ordered consumer to one reader: first the last
// one of each subject, then those that come. The consumer numbers its messages
// and tells the number when idle, so that the client notices a lost one and asks
// again. It stops sending when the reader is tens of megabytes behind.
type feed struct {
	sub  *nats.Subscription
	msgs chan *nats.Msg
	quit chan struct{} // closed by close
	gone chan struct{} // closed when the client has given up
}

var errFeedGone = errors.New("store: the consumer is gone")

// newFeed uses a callback: a subscription to be polled takes half a megabyte.
func newFeed(js nats.JetStreamContext, filter string) (*feed, error) {
	f := &feed{msgs: make(chan *nats.Msg), quit: make(chan struct{}), gone: make(chan struct{})}
	sub, err := js.Subscribe(filter, f.hand, nats.BindStream(streamName), nats.OrderedConsumer(), nats.DeliverLastPerSubject())
	if err != nil {
		return nil, err
	}
	sub.SetClosedHandler(func(string) { close(f.gone) })
	f.sub = sub
	return f, nil
}

func (f *feed) hand(m *nats.Msg) {
	select {
	case f.msgs <- m:
	case <-f.quit:
	}
}

// next returns the next message, or nil when timeout fires first.
func (f *feed) next(ctx context.Context, timeout <-chan time.Time) (*nats.Msg, error) {
	select {
	case m := <-f.msgs:
		return m, nil
	case <-timeout:
		return nil, nil
	case <-f.gone:
		return nil, errFeedGone
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// drained reports whether the server has nothing more to send, and the client
// nothing more to hand over but perhaps the one message in its hand.
func (f *feed) drained() bool {
	info, err := f.sub.ConsumerInfo()
	if err != nil || info.NumPending > 0 {
		return false
	}
	waiting, _, err := f.sub.Pending()
	if err != nil || waiting > 0 {
		return false
	}
	delivered, err := f.sub.Delivered()
	return err == nil && uint64(delivered) >= info.Delivered.Consumer
}

// close ends the consumer. The reader must be done with f.
func (f *feed) close() {
	close(f.quit)
	_ = f.sub.Unsubscribe() // fails only when the connection is gone, and the consumer with it
}
