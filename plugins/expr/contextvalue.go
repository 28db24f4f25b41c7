package expr

import (
	"bytes"
	"strconv"
	"time"

	"gatehouse/core/clock"
	"gatehouse/core/exchange"
	"gatehouse/core/gwerr"
)

// absent is the value of a variable that nothing on the request's way has set.
func absent(dst []byte, _ *exchange.Exchange) ([]byte, bool) { return dst, false }

func text(dst []byte, s string) ([]byte, bool) { return append(dst, s...), s != "" }

func some(dst, b []byte) ([]byte, bool) { return append(dst, b...), len(b) > 0 }

// domainPrefix gives the first label of the host, without a port.
func domainPrefix(dst []byte, x *exchange.Exchange) ([]byte, bool) {
	host := x.Req.Host
	if i := bytes.IndexAny(host, ".:"); i >= 0 {
		host = host[:i]
	}
	return some(dst, host)
}

// contextPath gives the path with the name of a named stage before it.
func contextPath(dst []byte, x *exchange.Exchange) ([]byte, bool) {
	if s := x.Target.Stage; s != "" && s != "$default" {
		dst = append(append(dst, '/'), s...)
	}
	return some(dst, x.Path)
}

// protocol gives HTTP/1.1 for HTTP/2, as AWS does.
func protocol(dst []byte, x *exchange.Exchange) ([]byte, bool) {
	if x.Req.Proto == exchange.HTTP2 {
		return text(dst, exchange.HTTP11.String())
	}
	return text(dst, x.Req.Proto.String())
}

// status gives the status of the response, once there is one.
func status(dst []byte, x *exchange.Exchange) ([]byte, bool) {
	n := x.Res.Status
	if n == 0 {
		if x.End == 0 {
			return dst, false
		}
		n = 200
	}
	return strconv.AppendInt(dst, int64(n), 10), true
}

func requestID(dst []byte, x *exchange.Exchange) ([]byte, bool) { return append(dst, x.ID[:]...), true }

func startWall(x *exchange.Exchange) time.Time {
	return x.StartWall(clock.Real.Now(), clock.Real.Wall())
}

// requestTime gives the time in the form of CLF, always in UTC.
func requestTime(dst []byte, x *exchange.Exchange) ([]byte, bool) {
	return startWall(x).UTC().AppendFormat(dst, "02/Jan/2006:15:04:05 -0700"), true
}

// requestTimeEpoch gives milliseconds.
func requestTimeEpoch(dst []byte, x *exchange.Exchange) ([]byte, bool) {
	return strconv.AppendInt(dst, startWall(x).UnixMilli(), 10), true
}

func millis(dst []byte, ns int64) ([]byte, bool) {
	return strconv.AppendInt(dst, ns/int64(time.Millisecond), 10), true
}

// responseLatency gives milliseconds, once the response is out.
func responseLatency(dst []byte, x *exchange.Exchange) ([]byte, bool) {
	if x.End == 0 {
		return dst, false
	}
	return millis(dst, x.End-x.Start)
}

// responseLength gives the body bytes that were sent.
func responseLength(dst []byte, x *exchange.Exchange) ([]byte, bool) {
	if x.End == 0 {
		return dst, false
	}
	return strconv.AppendInt(dst, x.Res.Streamed, 10), true
}

// dataProcessed gives the bytes of both bodies.
func dataProcessed(dst []byte, x *exchange.Exchange) ([]byte, bool) {
	if x.End == 0 {
		return dst, false
	}
	return strconv.AppendInt(dst, int64(len(x.Req.Body))+x.Res.Streamed, 10), true
}

// backendHeader gives the first of some headers that the back end answered.
func backendHeader(names ...string) value {
	return func(dst []byte, x *exchange.Exchange) ([]byte, bool) {
		if x.Integration.Status == 0 {
			return dst, false
		}
		for _, name := range names {
			if v := x.Res.Headers.Get(name); len(v) > 0 {
				return append(dst, v...), true
			}
		}
		return dst, false
	}
}

func sourceIP(dst []byte, x *exchange.Exchange) ([]byte, bool) {
	if !x.Req.Remote.IsValid() {
		return dst, false
	}
	return x.Req.Remote.Addr().Unmap().AppendTo(dst), true
}

func integrationStatus(dst []byte, x *exchange.Exchange) ([]byte, bool) {
	if x.Integration.Status == 0 {
		return dst, false
	}
	return strconv.AppendInt(dst, int64(x.Integration.Status), 10), true
}

// integrationLatency gives milliseconds.
func integrationLatency(dst []byte, x *exchange.Exchange) ([]byte, bool) {
	if x.Integration.Latency == 0 {
		return dst, false
	}
	return millis(dst, x.Integration.Latency)
}

var noFailure = &gwerr.Error{}

// failure returns what the gateway refused x with.
func failure(x *exchange.Exchange) *gwerr.Error {
	if x.Err == nil {
		return noFailure
	}
	return x.Err
}

// errorMessageString gives the message in quotes.
func errorMessageString(dst []byte, x *exchange.Exchange) ([]byte, bool) {
	if x.Err == nil {
		return dst, false
	}
	return strconv.AppendQuote(dst, x.Err.Message), true
}
