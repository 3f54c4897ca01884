variable "region" {
  description = "Region of the cluster and the tables."
  type        = string
}

variable "cluster" {
  description = "Name of the EKS cluster, with Knative installed and an OpenID Connect provider in IAM."
  type        = string
}

variable "image" {
  description = "Image with the DynamoDB driver, with a tag or digest: make image pushes it."
  type        = string
}

variable "namespace" {
  description = "Namespace of the suite."
  type        = string
  default     = "redthread"
}

variable "prefix" {
  description = "What the tables' and roles' names begin with."
  type        = string
  default     = "redthread"
}

variable "deletion_protection" {
  description = "Whether the tables are held against deletion."
  type        = bool
  default     = true
}

variable "public_url" {
  description = "Where customers reach the pages."
  type        = string
}

variable "keys_secret" {
  description = "Secret of the namespace that holds IDENTITY_KEY and LINK_KEY."
  type        = string
  default     = "redthread-keys"
}

variable "ses" {
  description = "Identities (ARNs) that mails are sent from by Amazon SES, and the name of the configuration set whose topic tells of bounces."
  type        = object({ identities = list(string), configuration_set = optional(string), topics = optional(list(string), []) })
}

variable "sender" {
  description = "Who text messages are from: letters and digits, or a number."
  type        = string
  default     = ""
}

variable "functions" {
  description = "What is different for single functions. See modules/suite."
  type        = any
  default     = {}
}

variable "broker" {
  description = "The broker. See modules/suite."
  type        = any
  default     = {}
}
