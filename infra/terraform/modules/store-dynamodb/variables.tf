variable "prefix" {
  description = "What the tables' names begin with: PREFIX-profiles, PREFIX-threads and so on."
  type        = string
  default     = "redthread"
  validation {
    condition     = can(regex("^[a-zA-Z0-9_.-]{2,200}$", var.prefix))
    error_message = "prefix is ${var.prefix}; expected 2 to 200 of a-z A-Z 0-9 _ . -"
  }
}

variable "collections" {
  description = "Collections of documents, a table for each."
  type        = set(string)
  default     = ["actions", "baskets", "deadletters", "exports", "identities", "journal", "products", "profiles", "receipts", "signatures", "stock", "stores", "threads", "together"]
}

variable "point_in_time_recovery" {
  description = "Whether each table can be restored to any second of the last 35 days."
  type        = bool
  default     = true
}

variable "deletion_protection" {
  description = "Whether the tables are held against deletion, also by terraform destroy."
  type        = bool
  default     = true
}

variable "kms_key_arn" {
  description = "Key of one's own that the tables are encrypted with; null: Amazon's own."
  type        = string
  default     = null
}

variable "namespace" {
  description = "Namespace of the suite, whose service accounts get the roles."
  type        = string
  default     = "redthread"
}

variable "functions" {
  description = "Functions that get a role each, for their service accounts: all that are deployed."
  type        = set(string)
}

variable "oidc_provider" {
  description = "The cluster's OpenID Connect provider in IAM (IRSA): its ARN, and its URL without https://."
  type        = object({ arn = string, url = string })
}

variable "ses" {
  description = "Sending by Amazon SES: which functions may, from which identities (ARNs, e.g. of a domain) and by which configuration set (ARN). null: none may."
  type = object({
    functions         = optional(set(string), ["email"])
    identities        = list(string)
    configuration_set = optional(string)
  })
  default = null
  validation {
    condition     = var.ses == null || try(length(var.ses.identities) > 0 && alltrue([for arn in var.ses.identities : can(regex("^arn:[a-z-]+:ses:", arn))]), false)
    error_message = "ses.identities: expected ARNs of SES identities, arn:aws:ses:REGION:ACCOUNT:identity/NAME."
  }
}

variable "sns" {
  description = "Sending text messages by Amazon SNS: which functions may. null: none may."
  type        = object({ functions = optional(set(string), ["sms"]) })
  default     = null
}

variable "permissions_boundary" {
  description = "ARN of a policy that bounds the roles."
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags of all that is made."
  type        = map(string)
  default     = {}
}
