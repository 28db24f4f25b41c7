package apigatewayv2

import (
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"
)

// subtype lists the parameters of a first-class service; all of them also take
// Region.
type subtype struct {
	required, optional []string
}

// subtypes are those of data plane reference, 6.7.
var subtypes = map[string]subtype{
	"EventBridge-PutEvents": {
		required: []string{"Detail", "DetailType", "Source"},
		optional: []string{"Time", "EventBusName", "Resources", "TraceHeader"}},
	"SQS-SendMessage": {
		required: []string{"QueueUrl", "MessageBody"},
		optional: []string{"DelaySeconds", "MessageAttributes", "MessageDeduplicationId", "MessageGroupId", "MessageSystemAttributes"}},
	"SQS-ReceiveMessage": {
		required: []string{"QueueUrl"},
		optional: []string{"AttributeNames", "MaxNumberOfMessages", "MessageAttributeNames", "ReceiveRequestAttemptId", "VisibilityTimeout", "WaitTimeSeconds"}},
	"SQS-DeleteMessage": {required: []string{"ReceiptHandle", "QueueUrl"}},
	"SQS-PurgeQueue":    {required: []string{"QueueUrl"}},
	"AppConfig-GetConfiguration": {
		required: []string{"Application", "Environment", "Configuration", "ClientId"},
		optional: []string{"ClientConfigurationVersion"}},
	"Kinesis-PutRecord": {
		required: []string{"StreamName", "Data", "PartitionKey"},
		optional: []string{"SequenceNumberForOrdering", "ExplicitHashKey"}},
	"StepFunctions-StartExecution": {
		required: []string{"StateMachineArn"},
		optional: []string{"Name", "Input"}},
	"StepFunctions-StartSyncExecution": {
		required: []string{"StateMachineArn"},
		optional: []string{"Name", "Input", "TraceHeader"}},
	"StepFunctions-StopExecution": {
		required: []string{"ExecutionArn"},
		optional: []string{"Cause", "Error"}},
}

func checkSubtype(i *types.Integration) error {
	kind, known := subtypes[*i.IntegrationSubtype]
	switch {
	case !known:
		return badRequest("Invalid integrationSubtype specified: %s", *i.IntegrationSubtype)
	case i.IntegrationUri != nil:
		return badRequest("IntegrationUri cannot be specified with integrationSubtype")
	case i.CredentialsArn == nil:
		return errNoRole
	case *i.PayloadFormatVersion != "1.0":
		return badPayloadVersion(*i.PayloadFormatVersion)
	}
	return kind.check(*i.IntegrationSubtype, i.RequestParameters)
}

func (k subtype) check(name string, params map[string]string) error {
	for _, r := range k.required {
		if params[r] == "" {
			return badRequest("Missing required request parameter %s for integrationSubtype %s", r, name)
		}
	}
	for _, p := range slices.Sorted(maps.Keys(params)) {
		if p != "Region" && !slices.Contains(k.required, p) && !slices.Contains(k.optional, p) {
			return badRequest("Invalid request parameter %s for integrationSubtype %s", p, name)
		}
		if err := checkValue(params[p]); err != nil {
			return err
		}
	}
	return nil
}
