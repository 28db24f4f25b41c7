package apigateway

import (
	"archive/zip"
	"bytes"
	"fmt"
	"slices"
	"time"

	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/wire"
)

func (s *service) sdkOperations() []wire.Operation {
	return []wire.Operation{
		wire.Op("GetSdk", "GET", stage+"/sdks/{SdkType}", 200, s.getSDK, wire.Spread("Parameters"),
			wire.OutHeader("ContentType", "Content-Type"), wire.OutHeader("ContentDisposition", "Content-Disposition"), wire.OutPayload("Body")),
		wire.Op("GetSdkType", "GET", "/sdktypes/{Id}", 200, s.getSDKType),
		wire.Op("GetSdkTypes", "GET", "/sdktypes", 200, s.getSDKTypes),
	}
}

// generators make the files of a client, by SDK type. AWS's other types are
// known, and refused.
var generators = map[string]func(client, map[string]string) ([]sdkFile, error){
	"javascript": generateJavaScript,
	"go":         generateGo,
}

// sdkFile is one file of a generated client.
type sdkFile struct {
	name string
	text []byte
}

// getSDK generates a client of what a stage serves.
func (s *service) getSDK(c *wire.Call, in *v1.GetSdkInput) (*v1.GetSdkOutput, error) {
	a, err := s.api(c, in.RestApiId)
	if err != nil {
		return nil, err
	}
	st := a.Stage(str(in.StageName))
	if st == nil {
		return nil, errNoStage
	}
	kind := str(in.SdkType)
	generate, built := generators[kind]
	if !built {
		return nil, badRequest("Invalid SDK type specified: %s", kind)
	}
	d, err := s.repo.RestDeployment(c.Context, a.ID(), str(st.DeploymentId))
	if err != nil {
		return nil, gone(err, errNoDeployment)
	}
	endpoint := "https://" + a.ID() + ".execute-api." + c.Region + ".amazonaws.com"
	if s.Endpoint != nil {
		endpoint = s.Endpoint(a.ID())
	}
	files, err := generate(newClient(d, endpoint+"/"+*st.StageName, c.Region), in.Parameters)
	if err != nil {
		return nil, err
	}
	body, err := zipped(files, s.now())
	return &v1.GetSdkOutput{Body: body, ContentType: ptr("application/octet-stream"),
		ContentDisposition: ptr(fmt.Sprintf("attachment; filename=%q", kind+"_"+s.now().Format("2006-01-02_15-04Z")+".zip"))}, err
}

func zipped(files []sdkFile, now time.Time) ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range files {
		h, err := w.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: now})
		if err == nil {
			_, err = h.Write(f.text)
		}
		if err != nil {
			return nil, fmt.Errorf("zip %s: %w", f.name, err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("zip: %w", err)
	}
	return out.Bytes(), nil
}

func (s *service) getSDKType(_ *wire.Call, in *v1.GetSdkTypeInput) (*v1.GetSdkTypeOutput, error) {
	i := slices.IndexFunc(sdkTypes, func(t types.SdkType) bool { return *t.Id == str(in.Id) })
	if i < 0 {
		return nil, notFound("Invalid SDK type identifier specified")
	}
	return reply[v1.GetSdkTypeOutput](&sdkTypes[i]), nil
}

// getSDKTypes gives all: the answer has no member for a further page.
func (s *service) getSDKTypes(*wire.Call, *v1.GetSdkTypesInput) (*v1.GetSdkTypesOutput, error) {
	return &v1.GetSdkTypesOutput{Items: sdkTypes}, nil
}
