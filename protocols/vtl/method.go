package vtl

import "errors"

// method is a Java method that templates may call. The zero method is one that
// no value has; its result is null. Reflection (getClass) is none of them.
type method uint8

const (
	mNone method = iota
	mAdd
	mAddAll
	mBase64Decode
	mBase64Encode
	mBooleanValue
	mCharAt
	mClear
	mCompareTo
	mConcat
	mContains
	mContainsAll
	mContainsKey
	mContainsValue
	mDoubleValue
	mEndsWith
	mEntrySet
	mEquals
	mEqualsIgnoreCase
	mEscapeJavaScript
	mGet
	mGetKey
	mGetOrDefault
	mGetValue
	mHasNext
	mHashCode
	mIndexOf
	mIntValue
	mIsEmpty
	mJSON
	mKeySet
	mLastIndexOf
	mLength
	mLongValue
	mMatches
	mParams
	mParseInt
	mParseDouble
	mParseJSON
	mPath
	mPut
	mPutAll
	mPutIfAbsent
	mRemove
	mReplace
	mReplaceAll
	mReplaceFirst
	mSet
	mSize
	mSplit
	mStartsWith
	mSubList
	mSubstring
	mToLowerCase
	mToString
	mToUpperCase
	mTrim
	mURLDecode
	mURLEncode
	mValues
)

// methods by their names. Static methods that parse numbers are reached through
// any number, as in #set($Integer = 0)$Integer.parseInt("3").
var methods = map[string]method{
	"add": mAdd, "addAll": mAddAll, "base64Decode": mBase64Decode, "base64Encode": mBase64Encode,
	"booleanValue": mBooleanValue, "charAt": mCharAt, "clear": mClear, "compareTo": mCompareTo, "concat": mConcat,
	"contains": mContains, "containsAll": mContainsAll, "containsKey": mContainsKey, "containsValue": mContainsValue,
	"doubleValue": mDoubleValue, "endsWith": mEndsWith, "entrySet": mEntrySet, "equals": mEquals,
	"equalsIgnoreCase": mEqualsIgnoreCase, "escapeJavaScript": mEscapeJavaScript, "get": mGet, "getKey": mGetKey,
	"getOrDefault": mGetOrDefault, "getValue": mGetValue, "hasNext": mHasNext, "hashCode": mHashCode,
	"indexOf": mIndexOf, "intValue": mIntValue, "isEmpty": mIsEmpty, "json": mJSON, "keySet": mKeySet,
	"lastIndexOf": mLastIndexOf, "length": mLength, "longValue": mLongValue, "matches": mMatches, "params": mParams,
	"parseDouble": mParseDouble, "parseFloat": mParseDouble, "parseInt": mParseInt, "parseJson": mParseJSON,
	"parseLong": mParseInt, "path": mPath, "put": mPut, "putAll": mPutAll, "putIfAbsent": mPutIfAbsent,
	"remove": mRemove, "replace": mReplace, "replaceAll": mReplaceAll, "replaceFirst": mReplaceFirst, "set": mSet,
	"size": mSize, "split": mSplit, "startsWith": mStartsWith, "subList": mSubList,
	"substring": mSubstring, "toLowerCase": mToLowerCase, "toString": mToString, "toUpperCase": mToUpperCase,
	"trim": mTrim, "urlDecode": mURLDecode, "urlEncode": mURLEncode, "values": mValues,
}

// errNull is what a Java method does with a null it does not want.
var errNull = errors.New("null argument")

// arguments are the values of a call's arguments.
type arguments struct {
	vals [3]value
	n    int
	step *step
}

// str is argument i as a string. It reports false, and fails the rendering when
// the argument is null, when it is none.
func (a *arguments) str(e *eval, i int) (string, bool) {
	v := a.vals[i]
	if v.kind == kNull {
		e.fail(errNull)
	}
	return v.str, v.kind == kString
}

// invoke calls a method of v.
func (e *eval) invoke(v value, st *step) value {
	if st.method == mNone || len(st.args) > 3 || !e.work(1) {
		return value{}
	}
	a := arguments{n: len(st.args), step: st}
	for i, x := range st.args {
		if a.vals[i] = x.eval(e); e.err != nil {
			return value{}
		}
	}
	switch st.method {
	case mToString:
		return e.textOf(v)
	case mEquals:
		return boolean(a.n == 1 && v.kind == a.vals[0].kind && e.same(v, a.vals[0]))
	case mHashCode:
		return e.hashCode(v)
	}
	switch v.kind {
	case kInput:
		return e.input(&a)
	case kUtil:
		return e.utility(&a)
	case kString:
		return e.stringMethod(v.str, &a)
	case kList:
		return e.listMethod(v, &a)
	case kMap:
		return e.mapMethod(v.obj, &a)
	case kContext, kGroup, kStage:
		return e.namesMethod(v, &a)
	case kEntry:
		return e.entryMethod(v, &a)
	case kInt, kFloat, kBig:
		return e.numberMethod(v, &a)
	case kBool:
		return boolMethod(v, &a)
	case kLoop:
		if a.step.method == mHasNext {
			return e.loopProperty(v, "hasNext")
		}
	}
	return value{}
}

func boolMethod(v value, a *arguments) value {
	if a.step.method == mBooleanValue {
		return v
	}
	return value{}
}

func (e *eval) entryMethod(v value, a *arguments) value {
	switch a.step.method {
	case mGetKey:
		return text(v.str)
	case mGetValue:
		return v.obj.vals[0]
	}
	return value{}
}

func (e *eval) numberMethod(v value, a *arguments) value {
	switch a.step.method {
	case mIntValue:
		if v.kind == kFloat {
			return integer(min(max(v.asInt(), -1<<31), 1<<31-1))
		}
		return integer(int64(int32(v.asInt())))
	case mLongValue:
		return integer(v.asInt())
	case mDoubleValue:
		return float(v.asFloat())
	case mCompareTo:
		if a.vals[0].number() {
			return integer(int64(compareNumbers(v, a.vals[0])))
		}
	case mParseInt, mParseDouble:
		return e.parseNumber(a)
	}
	return value{}
}

// hashCode is Java's of a string, a number or a boolean.
func (e *eval) hashCode(v value) value {
	switch v.kind {
	case kString:
		if !e.scan(len(v.str)) {
			return value{}
		}
		h := int32(0)
		for _, r := range v.str {
			if r > 0xffff {
				r -= 0x10000
				h = 31*(31*h+int32(0xd800+r>>10)) + int32(0xdc00+r&0x3ff)
				continue
			}
			h = 31*h + r
		}
		return integer(int64(h))
	case kInt:
		return integer(int64(int32(v.num ^ int64(uint64(v.num)>>32))))
	case kBool:
		if v.truth() {
			return integer(1231)
		}
		return integer(1237)
	}
	return value{}
}
