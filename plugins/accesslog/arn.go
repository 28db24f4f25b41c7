package accesslog

import (
	"fmt"
	"hash/fnv"
	"strings"
)

// ARNError says why a destination is refused.
type ARNError struct {
	ARN    string
	Reason string
}

func (e *ARNError) Error() string {
	return fmt.Sprintf("access log destination %.200q %s", e.ARN, e.Reason)
}

// Name returns the name of the file, without its extension, that stands for a
// destination: the log group's or the delivery stream's, with other characters
// than letters, digits, ".", "-" and "_" written as "_". Destinations of one
// name share a file. The error is an *ARNError.
//
// AWS: destinationArn, of a CloudWatch log group or a Firehose stream.
func Name(arn string) (string, error) {
	p := strings.SplitN(arn, ":", 6)
	if len(p) != 6 || p[0] != "arn" {
		return "", &ARNError{arn, "is not an ARN"}
	}
	var name string
	var ok bool
	switch p[2] {
	case "logs":
		name, ok = strings.CutPrefix(p[5], "log-group:")
		name = strings.TrimSuffix(name, ":*")
	case "firehose":
		name, ok = strings.CutPrefix(p[5], "deliverystream/")
	}
	if !ok || name == "" {
		return "", &ARNError{arn, "is neither a log group nor a delivery stream"}
	}
	return fileName(name), nil
}

// maxName bounds a file's name, so that it fits any file system with what
// rotation adds to it.
const maxName = 160

func fileName(name string) string {
	safe := []byte(strings.TrimLeft(name, "/"))
	for i, b := range safe {
		if !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_", rune(b)) || i == 0 && b == '.' {
			safe[i] = '_'
		}
	}
	if len(safe) == 0 {
		return "_"
	}
	if len(safe) > maxName {
		h := fnv.New64a()
		_, _ = h.Write([]byte(name)) // never fails (hash.Hash)
		return fmt.Sprintf("%s-%016x", safe[:maxName], h.Sum64())
	}
	return string(safe)
}
