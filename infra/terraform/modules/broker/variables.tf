variable "name" {
  description = "Name of the Broker."
  type        = string
  default     = "redthread"
}

variable "namespace" {
  description = "Namespace of the Broker. It must exist."
  type        = string
}

variable "class" {
  description = "What carries the events: in-memory (for trying out: events are lost when its pods end), kafka or rabbitmq, which must be installed."
  type        = string
  default     = "in-memory"
  validation {
    condition     = contains(["in-memory", "kafka", "rabbitmq"], var.class)
    error_message = "class is ${var.class}; expected in-memory, kafka or rabbitmq."
  }
}

variable "kafka" {
  description = "Of class kafka: its servers, the topic's partitions and copies, and the Secret of the namespace with which one signs in."
  type = object({
    bootstrap_servers = string
    partitions        = optional(number, 10)
    replicas          = optional(number, 3)
    auth_secret       = optional(string)
  })
  default = null
  validation {
    condition     = (var.class == "kafka") == (var.kafka != null)
    error_message = "class kafka and kafka = { bootstrap_servers = … } go together."
  }
}

variable "rabbitmq" {
  description = "Of class rabbitmq: the RabbitmqCluster, the kind of queue (quorum or classic), and how many events a trigger delivers at a time."
  type = object({
    cluster     = string
    namespace   = string
    queue       = optional(string, "quorum")
    parallelism = optional(number, 50)
  })
  default = null
  validation {
    condition     = (var.class == "rabbitmq") == (var.rabbitmq != null)
    error_message = "class rabbitmq and rabbitmq = { cluster = …, namespace = … } go together."
  }
}

variable "delivery" {
  description = "How deliveries that fail are repeated, where a trigger does not say: how often, exponential or linear, and the first pause (ISO 8601)."
  type = object({
    retry         = optional(number, 10)
    backoffPolicy = optional(string, "exponential")
    backoffDelay  = optional(string, "PT0.2S")
    timeout       = optional(string)
  })
  default = {}
  validation {
    condition     = var.delivery.retry >= 0 && floor(var.delivery.retry) == var.delivery.retry
    error_message = "delivery.retry is ${var.delivery.retry}; expected a whole number from 0."
  }
  validation {
    condition     = contains(["exponential", "linear"], var.delivery.backoffPolicy)
    error_message = "delivery.backoffPolicy is ${var.delivery.backoffPolicy}; expected exponential or linear."
  }
  validation {
    condition     = can(regex("^PT[0-9.]+[SMH]$", var.delivery.backoffDelay))
    error_message = "delivery.backoffDelay is ${var.delivery.backoffDelay}; expected a length of time in ISO 8601, e.g. PT0.2S."
  }
}

variable "dead_letters" {
  description = "Knative Service of the namespace that keeps what was given up; null: it is lost."
  type        = string
  default     = null
}

variable "timers" {
  description = "Schedule (cron) on which the timers are woken; null: never, and no flow is ever reminded."
  type        = string
  default     = "* * * * *"
}

variable "ingress" {
  description = "Address of the Broker's ingress, where the class's own is not at its usual place."
  type        = string
  default     = null
}

variable "domain" {
  description = "Domain of the cluster's own names."
  type        = string
  default     = "cluster.local"
}
