"""The operations of the service, one module each: a request and who asks become an answer."""

from wfs.operations.answers import Answer, AnswerPlan
from wfs.operations.dispatch import plan
from wfs.operations.record import layer_record
from wfs.operations.service import Service

__all__ = ["Answer", "AnswerPlan", "Service", "layer_record", "plan"]
