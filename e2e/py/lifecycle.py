"""Drives an HTTP API through its life by boto3. Ends with status 0 and the line
"ok", or with what went wrong. Usage: lifecycle.py all | signed WRONG UNKNOWN"""

import datetime
import os
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError


def connect(**keys):
    # Older versions don't know AWS_ENDPOINT_URL.
    return boto3.client("apigatewayv2", endpoint_url=os.environ["AWS_ENDPOINT_URL"],
                        config=Config(retries={"total_max_attempts": 1}), **keys)


client = connect()


def same(got, want, what):
    if got != want:
        raise AssertionError(f"{what}: got {got!r}, want {want!r}")


def refused(name, status, call, **args):
    try:
        call(**args)
    except ClientError as e:
        same(e.response["Error"]["Code"], name, "error code")
        same(e.response["ResponseMetadata"]["HTTPStatusCode"], status, "status")
        typed = getattr(client.exceptions, name, None) if name in dir(client.exceptions) else None
        if status in (400, 404, 409):
            same(type(e), typed, "exception class")
        return e
    raise AssertionError(f"want {name}, got success")


def apis():
    cors = {"AllowOrigins": ["https://a.example"], "AllowMethods": ["GET"], "MaxAge": 60, "AllowCredentials": True}
    made = client.create_api(Name="py", ProtocolType="HTTP", Tags={"team": "web"}, CorsConfiguration=cors)
    same(made["ResponseMetadata"]["HTTPStatusCode"], 201, "status")
    age = datetime.datetime.now(datetime.timezone.utc) - made["CreatedDate"]
    same(abs(age) < datetime.timedelta(minutes=10), True, "CreatedDate is about now")
    api = made["ApiId"]
    same(client.get_api(ApiId=api)["CorsConfiguration"], cors, "CORS")
    same(client.update_api(ApiId=api, Name="py2")["Name"], "py2", "name")
    client.delete_cors_configuration(ApiId=api)
    same("CorsConfiguration" in client.get_api(ApiId=api), False, "CORS after its removal")
    return api


def pages(api):
    more = [client.create_api(Name=f"p{i}", ProtocolType="HTTP")["ApiId"] for i in range(5)]
    found, count = [], 0
    for page in client.get_paginator("get_apis").paginate(PaginationConfig={"PageSize": 2}):
        same(len(page["Items"]) <= 2, True, "page of at most two")
        found += [a["ApiId"] for a in page["Items"]]
        count += 1
    same(sorted(found), sorted(more + [api]), "paged APIs")
    same(count, 3, "pages of six")
    for a in more:
        client.delete_api(ApiId=a)


def parts(api):
    made = client.create_integration(
        ApiId=api, IntegrationType="HTTP_PROXY", IntegrationMethod="ANY", IntegrationUri="http://127.0.0.1:9/x",
        PayloadFormatVersion="1.0", RequestParameters={"overwrite:header.x-a": "$context.stage"},
        ResponseParameters={"404": {"overwrite:statuscode": "200"}})
    integration = made["IntegrationId"]
    same(client.update_integration(ApiId=api, IntegrationId=integration, TimeoutInMillis=1234)["TimeoutInMillis"], 1234, "time-out")
    same(client.get_integration(ApiId=api, IntegrationId=integration)["RequestParameters"], {"overwrite:header.x-a": "$context.stage"}, "mapping")
    route = client.create_route(ApiId=api, RouteKey="GET /a", Target=f"integrations/{integration}")["RouteId"]
    same(client.update_route(ApiId=api, RouteId=route, RouteKey="POST /a")["RouteKey"], "POST /a", "route key")
    same(client.get_route(ApiId=api, RouteId=route)["Target"], f"integrations/{integration}", "target")
    refused("ConflictException", 409, client.create_route, ApiId=api, RouteKey="POST /a")
    refused("ConflictException", 409, client.delete_integration, ApiId=api, IntegrationId=integration)
    return route, integration


def stages(api):
    client.create_stage(ApiId=api, StageName="dev", AutoDeploy=True, StageVariables={"a": "1", "b": "2"},
                        RouteSettings={"POST /a": {"ThrottlingRateLimit": 1.5}})
    client.update_stage(ApiId=api, StageName="dev", StageVariables={"a": ""}, AutoDeploy=False)
    stage = client.get_stage(ApiId=api, StageName="dev")
    same(stage["StageVariables"], {"b": "2"}, "stage variables")
    same(stage["RouteSettings"]["POST /a"]["ThrottlingRateLimit"], 1.5, "throttle")
    client.delete_route_settings(ApiId=api, StageName="dev", RouteKey="POST /a")
    same(client.get_stage(ApiId=api, StageName="dev")["RouteSettings"], {}, "route settings after their removal")
    made = client.create_deployment(ApiId=api, StageName="dev", Description="second")
    same(made["DeploymentStatus"], "DEPLOYED", "deployment status")
    same(client.get_stage(ApiId=api, StageName="dev")["DeploymentId"], made["DeploymentId"], "deployment of the stage")
    refused("BadRequestException", 400, client.delete_deployment, ApiId=api, DeploymentId=made["DeploymentId"])
    client.delete_stage(ApiId=api, StageName="dev")
    client.delete_deployment(ApiId=api, DeploymentId=made["DeploymentId"])


def tags(api):
    arn = f"arn:aws:apigateway:us-east-1::/apis/{api}"
    client.tag_resource(ResourceArn=arn, Tags={"a b": "c/d"})
    same(client.get_tags(ResourceArn=arn)["Tags"], {"team": "web", "a b": "c/d"}, "tags")
    client.untag_resource(ResourceArn=arn, TagKeys=["a b", "team"])
    same(client.get_tags(ResourceArn=arn)["Tags"], {}, "tags after their removal")


def errors(api):
    e = refused("NotFoundException", 404, client.get_api, ApiId="nosuch")
    same(e.response["Error"]["Message"].startswith("Invalid API identifier specified"), True, "message")
    refused("BadRequestException", 400, client.create_integration, ApiId=api, IntegrationType="MOCK")
    if hasattr(client, "list_portals"):  # older versions have no operation that is not built
        e = refused("NotImplementedException", 501, client.list_portals)
        same("ListPortals" in e.response["Error"]["Message"], True, "the message names the operation")


def all_of_it():
    api = apis()
    pages(api)
    route, integration = parts(api)
    stages(api)
    tags(api)
    errors(api)
    client.delete_route(ApiId=api, RouteId=route)
    client.delete_integration(ApiId=api, IntegrationId=integration)
    client.delete_api(ApiId=api)
    refused("NotFoundException", 404, client.get_api, ApiId=api)


def signed():
    """The keys of the environment pass, others are refused by these classes."""
    wrong, unknown = sys.argv[2:]
    client.get_apis()
    own = os.environ["AWS_ACCESS_KEY_ID"]
    refused(wrong, 403, connect(aws_access_key_id=own, aws_secret_access_key="not the secret").get_apis)
    refused(unknown, 403, connect(aws_access_key_id="AKIDSTRANGER", aws_secret_access_key="not the secret").get_apis)


{"all": all_of_it, "signed": signed}[sys.argv[1]]()
print("ok")
