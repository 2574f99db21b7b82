"""Checks folders as Process Run Crates with the public validator. The context of RO-Crate 1.1 comes from the package
`rocrate`, so that no network is asked."""
import importlib.util
import io
import sys
from pathlib import Path

import requests
from rocrate_validator import models, services
from urllib3 import HTTPResponse

CONTEXT = "https://w3id.org/ro/crate/1.1/context"
known = (Path(importlib.util.find_spec("rocrate").origin).parent / "data" / "ro-crate.jsonld").read_bytes()


def send(self, request, **_):
    """Answers for the one address that is needed."""
    if request.url != CONTEXT:
        raise requests.ConnectionError(f"no network is asked, also not for {request.url}")
    answer = requests.Response()
    answer.status_code, answer.url, answer.request, answer.encoding = 200, request.url, request, "utf-8"
    answer.headers["Content-Type"] = "application/ld+json"
    answer.raw = HTTPResponse(io.BytesIO(known), status=200, headers=answer.headers, preload_content=False)
    return answer


requests.adapters.HTTPAdapter.send = send

wrong = 0
for folder in sys.argv[1:]:
    settings = services.ValidationSettings(
        rocrate_uri=models.URI(folder),
        profile_identifier="process-run-crate",
        requirement_severity=models.Severity.REQUIRED,
    )
    result = services.validate(settings)
    for issue in result.get_issues():
        print(f"{folder}: {issue.severity.name} {issue.check.identifier}: {issue.message}")
    wrong += result.has_issues()
    print(f"{folder}: {'not valid' if result.has_issues() else 'a valid Process Run Crate'}")
sys.exit(wrong > 0)
