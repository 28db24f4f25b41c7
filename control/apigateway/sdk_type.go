package apigateway

import "github.com/aws/aws-sdk-go-v2/service/apigateway/types"

// sdkTypes are AWS's, and Go.
var sdkTypes = []types.SdkType{
	sdkType("android", "Android", "Client for Android apps",
		property("groupId", "Group ID", true), property("artifactId", "Artifact ID", true),
		property("artifactVersion", "Artifact version", true), property("invokerPackage", "Invoker package", true)),
	sdkType("go", "Go", "Client for Go programs",
		preset("packageName", "Package name", defaultPackage), property("modulePath", "Module path", false)),
	sdkType("java", "Java SDK", "Client for Java programs",
		property("serviceName", "Service name", true), property("javaPackageName", "Java package name", true)),
	sdkType("javascript", "JavaScript", "Client for browsers and Node.js"),
	sdkType("objectivec", "iOS (Objective-C)", "Client for iOS apps in Objective-C", property("classPrefix", "Prefix", true)),
	sdkType("ruby", "Ruby", "Client for Ruby programs",
		property("service.name", "Service name", true), property("ruby.gem-name", "Gem name", false), property("ruby.gem-version", "Gem version", false)),
	sdkType("swift", "iOS (Swift)", "Client for iOS apps in Swift", property("classPrefix", "Prefix", true)),
}

func sdkType(id, name, about string, properties ...types.SdkConfigurationProperty) types.SdkType {
	if properties == nil {
		properties = []types.SdkConfigurationProperty{}
	}
	return types.SdkType{Id: &id, FriendlyName: &name, Description: &about, ConfigurationProperties: properties}
}

func property(name, friendly string, required bool) types.SdkConfigurationProperty {
	return types.SdkConfigurationProperty{Name: &name, FriendlyName: &friendly, Description: &friendly, Required: required}
}

func preset(name, friendly, value string) types.SdkConfigurationProperty {
	p := property(name, friendly, false)
	p.DefaultValue = &value
	return p
}
