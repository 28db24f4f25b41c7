package wire

import (
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"slices"
	"strconv"
	"strings"
)

// Page sizes. AWS documents those of v1; v2 documents none, so its default is ours.
const (
	MaxPage       = 500
	DefaultLimit  = 25  // v1
	DefaultResult = 100 // v2
)

// Limit reads v1's limit: out of range is mended, never refused.
func Limit(n *int32) int {
	if n == nil || *n < 1 {
		return DefaultLimit
	}
	return min(int(*n), MaxPage)
}

// MaxResults reads v2's maxResults, a number in a string. What is no number is a
// BadRequestException; out of range is mended.
func MaxResults(s *string) (int, error) {
	if s == nil || *s == "" {
		return DefaultResult, nil
	}
	n, err := strconv.Atoi(*s)
	if err != nil {
		return 0, badMaxResults.Wrap(err)
	}
	if n < 1 {
		return DefaultResult, nil
	}
	return min(n, MaxPage), nil
}

// Page returns the items after token, at most limit (>= 1) of them, ordered by
// key, and the token of the page after, nil when nothing follows. key must be
// unique among items and never change for one: an id, a path, creation time plus
// id. The token holds the last key given out, so pages neither skip nor repeat an
// item that stays while others come and go. items is not changed. A token that
// Page didn't make is a BadRequestException.
func Page[T any](items []T, key func(T) string, limit int, token *string) (page []T, next *string, err error) {
	after, started, err := openToken(token)
	if err != nil {
		return nil, nil, err
	}
	page = make([]T, 0, len(items))
	for _, it := range items {
		if !started || key(it) > after {
			page = append(page, it)
		}
	}
	slices.SortFunc(page, func(a, b T) int { return strings.Compare(key(a), key(b)) })
	if len(page) <= limit {
		return page, nil, nil
	}
	t := sealToken(key(page[limit-1]))
	return page[:limit:limit], &t, nil
}

// sealToken makes an opaque token: the key and its CRC, so that a foreign or
// shortened token is known as one.
func sealToken(key string) string {
	b := binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(key)))
	return base64.RawURLEncoding.EncodeToString(append(b, key...))
}

func openToken(token *string) (key string, started bool, err error) {
	if token == nil || *token == "" {
		return "", false, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(*token)
	if err != nil {
		return "", false, badToken.Wrap(err)
	}
	if len(b) < 4 || binary.BigEndian.Uint32(b) != crc32.ChecksumIEEE(b[4:]) {
		return "", false, badToken
	}
	return string(b[4:]), true, nil
}
